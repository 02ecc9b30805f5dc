import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createAsynchronousInvoker } from '../../local/lambda/asynchronous-invoker.ts'
import { openEventFiles } from '../../local/lambda/event-files.ts'
import type { FunctionVersion } from '../../local/lambda/function-version.ts'
import type { LambdaOutcome } from '../../local/step-functions/index.ts'
import { handClock } from './support/hand-clock.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const root = temporaryFolder()
const folders = { made: 0 }
const newFolder = () => join(root, String(folders.made++))
const settled = async () => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}
const place = { region: 'us-east-1', accountId: '000000000000' }
const success: LambdaOutcome = { ok: true, payload: 'null' }
const failure: LambdaOutcome = { ok: false, error: 'Boom', cause: '{"errorType":"Boom","errorMessage":"x"}' }
const never = new Promise<LambdaOutcome>(() => {})

/** Functions `f` and `g`, events of `f` as they are by default, those of `task` without tries of their own and with `g` behind. */
function setUp(folder: string, answer: (address: string, call: number) => LambdaOutcome | Promise<LambdaOutcome>) {
  const clock = handClock('2026-03-01T00:00:00Z')
  const calls: { address: string; payload: string; id: string | undefined }[] = []
  const givenUp: string[] = []
  const damaged: string[] = []
  const version = (name: string, more: Partial<FunctionVersion> = {}): FunctionVersion => ({
    name,
    version: '7',
    directory: '',
    environment: () => ({}),
    pool: 'task',
    ...more,
  })
  const functions = new Map([
    ['f', version('f')],
    ['g', version('g', { pool: 'platform' })],
    ['task:7', version('task', { events: { maximumRetryAttempts: 0, onFailure: 'g' } })],
  ])
  const invoker = createAsynchronousInvoker({
    clock,
    place,
    lambda: {
      functions: { find: (address) => functions.get(address) ?? null },
      invoke: async (address, payload, id) => answer(address, calls.push({ address, payload, id })),
    },
    files: openEventFiles(folder, clock.now, (file) => damaged.push(file)),
    onGivenUp: (name, { error }) => givenUp.push(`${name} ${error}`),
  })
  return { clock, calls, givenUp, damaged, invoker, kept: () => readdirSync(folder) }
}

describe('an accepted event', () => {
  it('is on disk until its function has taken it', async () => {
    const scene = setUp(newFolder(), () => success)
    scene.invoker.accept('f', '{"a":1}')
    expect(scene.kept()).toHaveLength(1)
    await settled()
    // Functions are not known yet.
    expect(scene.calls).toEqual([])
    scene.invoker.start()
    await settled()
    expect(scene.calls).toEqual([{ address: 'f', payload: '{"a":1}', id: expect.any(String) }])
    expect(scene.kept()).toEqual([])
  })

  it('is repeated after a failure, as the same request', async () => {
    const { clock, calls, givenUp, invoker, kept } = setUp(newFolder(), (_, call) => (call === 1 ? failure : success))
    invoker.start()
    invoker.accept('f', '{}')
    await settled()
    clock.moveTo('2026-03-01T00:00:01Z')
    await settled()
    clock.moveTo('2026-03-01T01:00:00Z')
    await settled()
    expect(calls).toHaveLength(2)
    expect(calls[1]).toEqual(calls[0])
    expect(givenUp).toEqual([])
    expect(kept()).toEqual([])
  })

  it('is given up after three tries, with a notice', async () => {
    const { clock, calls, givenUp, invoker, kept } = setUp(newFolder(), () => failure)
    invoker.start()
    invoker.accept('f', '{}')
    for (const instant of ['2026-03-01T00:00:01Z', '2026-03-01T00:00:06Z', '2026-03-01T01:00:00Z']) {
      await settled()
      clock.moveTo(instant)
    }
    await settled()
    expect(calls).toHaveLength(3)
    expect(givenUp).toEqual(['f Boom'])
    expect(kept()).toEqual([])
  })

  it('goes to the failure destination of its function, in the record of Lambda', async () => {
    const { calls, givenUp, invoker, kept } = setUp(newFolder(), (address) => (address === 'g' ? success : failure))
    invoker.start()
    invoker.accept('task:7', '{"token":"t"}')
    await settled()
    expect(calls.map(({ address }) => address)).toEqual(['task:7', 'g'])
    expect(JSON.parse(calls[1]!.payload)).toEqual({
      version: '1.0',
      timestamp: '2026-03-01T00:00:00.000Z',
      requestContext: {
        requestId: calls[0]!.id,
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:task:7',
        condition: 'RetriesExhausted',
        approximateInvokeCount: 1,
      },
      requestPayload: { token: 't' },
      responseContext: { statusCode: 200, executedVersion: '7', functionError: 'Unhandled' },
      responsePayload: { errorType: 'Boom', errorMessage: 'x' },
    })
    expect(givenUp).toEqual([])
    expect(kept()).toEqual([])
  })

  it('of a function that is gone is given up at once', async () => {
    const { calls, givenUp, invoker, kept } = setUp(newFolder(), () => failure)
    invoker.start()
    invoker.accept('task:6', '{}')
    await settled()
    expect(calls).toHaveLength(1)
    expect(givenUp).toEqual(['task:6 Boom'])
    expect(kept()).toEqual([])
  })

  it('is refused when ten thousand wait', () => {
    const { invoker } = setUp(newFolder(), () => never)
    invoker.start()
    for (let count = 0; count < 10_000; count++) invoker.invokeLater('f', '{}')
    expect(() => invoker.accept('f', '{}')).toThrow('10000 events wait')
  })

  it("never waits for events of tasks when it is the platform's", async () => {
    const { calls, invoker } = setUp(newFolder(), () => never)
    invoker.start()
    for (let count = 0; count < 100; count++) invoker.invokeLater('f', '{}')
    invoker.invokeLater('g', '{}')
    await settled()
    expect(calls.filter(({ address }) => address === 'f')).toHaveLength(64)
    expect(calls.filter(({ address }) => address === 'g')).toHaveLength(1)
  })
})

describe('events of an earlier world', () => {
  it('are delivered again in their order, those that ran and those that waited', async () => {
    const folder = newFolder()
    const first = setUp(folder, () => never)
    first.invoker.start()
    first.invoker.accept('f', '{"a":1}')
    await settled()
    first.invoker.hold()
    first.invoker.accept('f', '{"a":2}')
    const second = setUp(folder, () => success)
    second.invoker.start()
    await settled()
    expect(first.calls.map(({ payload }) => payload)).toEqual(['{"a":1}'])
    expect(second.calls.map(({ payload }) => payload)).toEqual(['{"a":1}', '{"a":2}'])
    expect(second.calls[0]).toEqual(first.calls[0])
    expect(second.kept()).toEqual([])
  })

  it('include what the failure destination had not taken', async () => {
    const folder = newFolder()
    const first = setUp(folder, (address) => (address === 'g' ? never : failure))
    first.invoker.start()
    first.invoker.accept('task:7', '{}')
    await settled()
    const second = setUp(folder, () => success)
    second.invoker.start()
    await settled()
    expect(second.calls.map(({ address }) => address)).toEqual(['g'])
  })

  it('fail when the world ended five times while they were served', async () => {
    const folder = newFolder()
    for (let life = 0; life < 5; life++) {
      const { invoker } = setUp(folder, () => never)
      if (life === 0) invoker.accept('task:7', '{}')
      invoker.start()
      await settled()
    }
    const last = setUp(folder, () => success)
    last.invoker.start()
    await settled()
    expect(last.calls.map(({ address }) => address)).toEqual(['g'])
    expect(JSON.parse(last.calls[0]!.payload)).toMatchObject({ responsePayload: { errorType: 'Runtime.ExitError' } })
  })

  it('may be broken off by closing as often as a person likes', async () => {
    const folder = newFolder()
    for (let life = 0; life < 9; life++) {
      const { invoker } = setUp(folder, () => never)
      if (life === 0) invoker.accept('task:7', '{}')
      invoker.start()
      await settled()
      invoker.close()
    }
    const last = setUp(folder, () => success)
    last.invoker.start()
    await settled()
    expect(last.calls.map(({ address }) => address)).toEqual(['task:7'])
  })

  it('count only when they were accepted whole, and a damaged one is set aside', async () => {
    const folder = newFolder()
    const { kept } = setUp(folder, () => success)
    writeFileSync(join(folder, '1.json.new'), '{"id":"x"')
    writeFileSync(join(folder, '2.json'), 'garbage')
    const { damaged, invoker, calls } = setUp(folder, () => success)
    invoker.start()
    await settled()
    expect(calls).toEqual([])
    expect(damaged).toEqual([join(folder, '2.json.damaged')])
    expect(kept()).toEqual(['2.json.damaged'])
  })
})

describe('closing', () => {
  it('ends repeats, and what waits stays on disk', async () => {
    const { clock, calls, invoker, kept } = setUp(newFolder(), () => failure)
    invoker.start()
    invoker.accept('f', '{}')
    await settled()
    invoker.close()
    clock.moveTo('2026-03-01T01:00:00Z')
    await settled()
    expect(calls).toHaveLength(1)
    expect(kept()).toHaveLength(1)
  })
})
