import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LoopbackServer } from '../../local/http/loopback-server.ts'
import { TooManyEvents } from '../../local/lambda/asynchronous-invoker.ts'
import { serveLambdaEndpoint } from '../../local/lambda/endpoint.ts'
import type { FunctionVersion } from '../../local/lambda/function-version.ts'
import type { FunctionLine, LambdaService } from '../../local/lambda/lambda-service.ts'
import { createLambdaService } from '../../local/lambda/lambda-service.ts'
import { openLogFiles } from '../../local/lambda/log-files.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const folder = temporaryFolder()
const place = { region: 'us-east-1', accountId: '000000000000' }
const lines: FunctionLine[] = []
const lambda: LambdaService = createLambdaService({
  ...place,
  maxTaskWorkers: 2,
  maxPlatformWorkers: 1,
  onLine: (line) => lines.push(line),
})

/** Writes a bundle whose handler is `body` and puts it as the function's current version. */
function put(name: string, source: string, more: Partial<FunctionVersion> = {}): void {
  const version = more.version ?? 'v1'
  const directory = join(folder, name, version)
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'index.mjs'), source)
  lambda.put(
    { name, version, directory, environment: () => ({ FLAVOUR: 'mint' }), pool: 'task', ...more },
    { current: true },
  )
}

async function invoke(address: string, event: unknown = {}) {
  const outcome = await lambda.invoke(address, JSON.stringify(event))
  return outcome.ok
    ? { ok: true as const, answer: JSON.parse(outcome.payload) }
    : { ok: false as const, error: outcome.error, cause: JSON.parse(outcome.cause) }
}

afterAll(() => lambda.close())

describe('a function', () => {
  it('gets its event, its own environment and a Lambda context', async () => {
    put(
      'echo',
      `export const handler = async (event, context) => ({ event, env: [process.env.AWS_LAMBDA_FUNCTION_NAME, process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE, process.env.HOME ?? null], flavour: process.env.FLAVOUR,
      name: context.functionName, version: context.functionVersion, arn: context.invokedFunctionArn, memory: context.memoryLimitInMB,
      left: context.getRemainingTimeInMillis() > 800_000, id: context.awsRequestId.length })`,
    )
    expect(await invoke('echo', { a: 1 })).toEqual({
      ok: true,
      answer: {
        event: { a: 1 },
        env: ['echo', '512', null],
        flavour: 'mint',
        name: 'echo',
        version: 'v1',
        arn: 'arn:aws:lambda:us-east-1:000000000000:function:echo:v1',
        memory: '512',
        left: true,
        id: 36,
      },
    })
  })

  it('answers null when it returns nothing', async () => {
    put('nothing', 'export const handler = async () => {}')
    expect(await invoke('nothing')).toEqual({ ok: true, answer: null })
  })

  it('is loaded once and stays warm between invocations', async () => {
    put('counter', 'let calls = 0; export const handler = async () => ++calls')
    await invoke('counter')
    expect(await invoke('counter')).toEqual({ ok: true, answer: 2 })
  })

  it('fails with the error type, message and trace of a Node Lambda', async () => {
    put(
      'thrower',
      `export const handler = async () => { throw Object.assign(new Error('no rows'), { name: 'NoRows' }) }`,
    )
    const result = await invoke('thrower')
    expect(result).toMatchObject({
      ok: false,
      error: 'NoRows',
      cause: { errorType: 'NoRows', errorMessage: 'no rows' },
    })
    expect(result.ok ? [] : result.cause.trace[0]).toContain('no rows')
  })

  it.each([
    ['a text', `'nope'`, 'string', 'nope'],
    ['a number', '7', 'number', '7'],
    ['an object', '{ a: 1 }', 'object', '[object Object]'],
    ['an object with name and message', `{ name: 'Odd', message: 'words' }`, 'Odd', 'words'],
    ['nothing', 'undefined', 'handled', expect.stringContaining('problem while retrieving')],
  ])('may throw %s', async (what, thrown, errorType, errorMessage) => {
    const name = `odd_${what.replaceAll(' ', '_')}`
    put(name, `export const handler = async () => { throw ${thrown} }`)
    expect(await invoke(name)).toEqual({
      ok: false,
      error: errorType,
      cause: { errorType, errorMessage, trace: expect.any(Array) },
    })
  })

  it('that answers what is no JSON fails with the words of the runtime', async () => {
    put('circular', 'export const handler = async () => { const all = {}; all.self = all; return all }')
    expect(await invoke('circular')).toMatchObject({
      error: 'Runtime.JSONStringifyError',
      cause: { errorMessage: 'Unable to stringify response body' },
    })
    put('big', 'export const handler = async () => 10n')
    expect(await invoke('big')).toMatchObject({ error: 'Runtime.JSONStringifyError' })
  })

  it('may answer 6 MB and not more', async () => {
    put('wide', `export const handler = async ({ bytes }) => 'x'.repeat(bytes - 2)`)
    expect((await invoke('wide', { bytes: 6_291_556 })).ok).toBe(true)
    expect(await invoke('wide', { bytes: 6_291_557 })).toMatchObject({
      error: 'Function.ResponseSizeTooLarge',
      cause: { errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).' },
    })
  })
})

describe('a thread that ends', () => {
  it('answers a timeout in the words of AWS, even from a busy loop', async () => {
    put('loop', 'export const handler = async () => { for (;;); }', { timeoutSeconds: 0.2 })
    const result = await invoke('loop')
    expect(result).toMatchObject({ ok: false, error: 'Sandbox.Timedout' })
    expect(result.ok ? '' : result.cause.errorMessage).toMatch(
      /^RequestId: [0-9a-f-]{36} Error: Task timed out after 0\.20 seconds$/,
    )
  })

  it('answers an exit error for process.exit', async () => {
    put('exit', 'export const handler = async () => process.exit(3)')
    const result = await invoke('exit')
    expect(result).toMatchObject({ ok: false, error: 'Runtime.ExitError' })
    expect(result.ok ? '' : result.cause.errorMessage).toMatch(/Runtime exited with error: exit status 3$/)
  })

  it('answers that it is out of memory, and the process goes on', async () => {
    put(
      'hungry',
      'const all = []; export const handler = async () => { for (;;) all.push(new Array(10_000).fill(0.5)) }',
      {
        memoryMb: 24,
      },
    )
    expect(await invoke('hungry')).toMatchObject({
      ok: false,
      error: 'Runtime.OutOfMemory',
      cause: {
        errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: signal: killed$/),
      },
    })
  })

  it('answers an unhandled rejection', async () => {
    put(
      'forgot',
      `export const handler = async () => { Promise.reject(new Error('lost')); await new Promise(() => setInterval(() => {}, 1000)) }`,
    )
    expect(await invoke('forgot')).toMatchObject({
      error: 'Runtime.UnhandledPromiseRejection',
      cause: { errorMessage: 'Error: lost' },
    })
  })

  it('answers at once when nothing is left that could settle the handler', async () => {
    put('stuck', 'export const handler = async () => new Promise(() => {})')
    expect(await invoke('stuck')).toMatchObject({ ok: false, error: 'Runtime.NodeJsExit' })
  })

  it('answers an error that was thrown outside of the handler', async () => {
    put('late', `export const handler = () => new Promise(() => setTimeout(() => { throw new RangeError('late') }, 5))`)
    expect(await invoke('late')).toMatchObject({ error: 'RangeError', cause: { errorMessage: 'late' } })
  })

  it('that exits in peace answers without a reason', async () => {
    put('peace', 'export const handler = async () => process.exit(0)')
    const result = await invoke('peace')
    expect(result.ok ? '' : result.cause.errorMessage).toMatch(
      /^RequestId: \S+ Error: Runtime exited without providing a reason$/,
    )
  })

  it('is replaced at the next invocation', async () => {
    put(
      'fragile',
      'let calls = 0; export const handler = async (e) => { calls++; if (e.die) process.exit(1); return calls }',
    )
    await invoke('fragile')
    await invoke('fragile', { die: true })
    expect(await invoke('fragile')).toEqual({ ok: true, answer: 1 })
  })
})

describe('a bundle that does not load', () => {
  it.each([
    ['a missing import', `import 'not-there'; export const handler = async () => 1`, 'Runtime.ImportModuleError'],
    ['a syntax error', 'export const handler = (', 'Runtime.UserCodeSyntaxError'],
    ['no handler', 'export const other = 1', 'Runtime.HandlerNotFound'],
    ['an error at load', `throw new RangeError('early'); export const handler = 1`, 'RangeError'],
  ])('with %s says so', async (name, source, errorType) => {
    put(name.replaceAll(' ', '_'), source)
    expect(await invoke(name.replaceAll(' ', '_'))).toMatchObject({ ok: false, error: errorType })
  })
})

describe('versions', () => {
  it('stay callable by number while the name means the newest', async () => {
    put('two', 'export const handler = async () => 1', { version: 'v1' })
    await invoke('two')
    put('two', 'export const handler = async () => 2', { version: 'v2' })
    expect((await invoke('arn:aws:lambda:us-east-1:000000000000:function:two:v1')).ok).toBe(true)
    expect(await invoke('two:v1')).toEqual({ ok: true, answer: 1 })
    expect(await invoke('arn:aws:lambda:us-east-1:000000000000:function:two')).toEqual({ ok: true, answer: 2 })
  })

  it('that are put again keep their warm workers', async () => {
    const source = 'let calls = 0; export const handler = async () => ++calls'
    put('again', source)
    await invoke('again')
    put('again', source)
    expect(await invoke('again')).toEqual({ ok: true, answer: 2 })
  })

  it('that do not exist are an answer, not a crash', async () => {
    expect(await lambda.invoke('nobody:v9', '{}')).toEqual({
      ok: false,
      error: 'Lambda.ResourceNotFoundException',
      cause: 'Function not found: nobody:v9',
    })
  })
})

describe('concurrency', () => {
  it('gives every invocation a worker of its own up to the cap, and queues beyond', async () => {
    put(
      'overlap',
      `import { appendFileSync } from 'node:fs'
      export const handler = async ({ file, n }) => { appendFileSync(file, 'start\\n'); await new Promise((r) => setTimeout(r, 60)); appendFileSync(file, 'end\\n'); return n }`,
    )
    const file = join(folder, 'overlap.txt')
    const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => invoke('overlap', { file, n })))
    expect(answers.map((result) => (result.ok ? result.answer : result))).toEqual([1, 2, 3, 4, 5])
    expect(mostAtOnce(readFileSync(file, 'utf8'))).toBe(2)
  })

  it('lets platform functions pass tasks that fill every task worker', async () => {
    put('slow', 'export const handler = async () => new Promise((r) => setTimeout(() => r(1), 400))')
    put('quick', 'export const handler = async () => 2', { pool: 'platform' })
    const order: string[] = []
    const slow = [1, 2, 3].map(() => invoke('slow').then(() => order.push('slow')))
    await invoke('quick').then(() => order.push('quick'))
    await Promise.all(slow)
    expect(order[0]).toBe('quick')
  })
})

function mostAtOnce(log: string): number {
  const running = { now: 0, most: 0 }
  for (const word of log.trim().split('\n')) {
    running.now += word === 'start' ? 1 : -1
    running.most = Math.max(running.most, running.now)
  }
  return running.most
}

describe('output', () => {
  it('arrives line by line, in order, before the answer, named after its invocation', async () => {
    put(
      'talker',
      `export const handler = async () => { console.log('one\\ntwo'); console.error('three'); process.stdout.write('no newline') }`,
    )
    lines.length = 0
    await invoke('talker')
    expect(lines.map(({ line }) => line)).toEqual(['one', 'two', 'three', 'no newline'])
    expect(new Set(lines.map(({ requestId }) => requestId)).size).toBe(1)
    expect(lines[0]?.functionName).toBe('talker')
  })

  it('goes to a file per function that stays bounded', () => {
    const logs = openLogFiles(join(folder, 'logs'), (error) => {
      throw error
    })
    const line = { functionName: 'noisy', pool: 'task' as const, requestId: 'r', line: 'x'.repeat(1024 * 1024) }
    for (let count = 0; count < 14; count++) logs.append(line, new Date(0))
    const size = (name: string) => readFileSync(join(folder, 'logs', name)).byteLength
    expect(size('noisy.log') + size('noisy.log.1')).toBeLessThan(13 * 1024 * 1024)
    expect(readFileSync(join(folder, 'logs', 'noisy.log'), 'utf8')).toMatch(/^1970-01-01T00:00:00\.000Z r x/)
  })
})

describe('the endpoint', () => {
  const later: string[] = []
  const server: { current: LoopbackServer | null } = { current: null }
  const client = (maxAttempts = 3) =>
    new LambdaClient({
      maxAttempts,
      endpoint: server.current?.url ?? '',
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    })
  beforeAll(async () => {
    server.current = await serveLambdaEndpoint({
      lambda,
      accept: (name, payload) => {
        if (name === 'full') throw new TooManyEvents('no room')
        later.push(`${name} ${payload}`)
      },
    })
  })
  afterAll(() => server.current?.close())

  it('serves the real client', async () => {
    put('sum', 'export const handler = async ({ a, b }) => a + b')
    const answer = await client().send(
      new InvokeCommand({ FunctionName: 'sum', Payload: JSON.stringify({ a: 1, b: 2 }) }),
    )
    expect(answer.StatusCode).toBe(200)
    expect(answer.FunctionError).toBeUndefined()
    expect(answer.Payload?.transformToString()).toBe('3')
  })

  it('marks a function error', async () => {
    put('bad', `export const handler = async () => { throw new TypeError('x') }`)
    const answer = await client().send(
      new InvokeCommand({ FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:bad:v1' }),
    )
    expect(answer.FunctionError).toBe('Unhandled')
    expect(JSON.parse(answer.Payload?.transformToString() ?? '')).toMatchObject({ errorType: 'TypeError' })
  })

  it('takes events for later', async () => {
    const answer = await client().send(
      new InvokeCommand({ FunctionName: 'sum', InvocationType: 'Event', Payload: '{"a":1}' }),
    )
    expect(answer.StatusCode).toBe(202)
    // By then it is kept, and by the name that was asked for: an event without a version goes to the newest one.
    expect(later).toEqual(['sum {"a":1}'])
  })

  it('refuses events when there is no room for more', async () => {
    put('full', 'export const handler = async () => {}')
    await expect(
      client(1).send(new InvokeCommand({ FunctionName: 'full', InvocationType: 'Event' })),
    ).rejects.toMatchObject({ name: 'TooManyRequestsException', message: 'no room' })
  })

  it('names an unknown function', async () => {
    await expect(client().send(new InvokeCommand({ FunctionName: 'ghost' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: expect.stringContaining('ghost'),
    })
  })

  it('refuses web pages', async () => {
    const url = `${server.current?.url}/2015-03-31/functions/sum/invocations`
    const fromPage = await fetch(url, { method: 'POST', body: '{}', headers: { origin: 'https://example.com' } })
    expect(fromPage.status).toBe(403)
    expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(200)
  })
})
