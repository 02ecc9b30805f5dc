/** Pages of executions: in order, whole, and unmoved by what starts and ends meanwhile. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createVirtualClock } from '../../local/clock.ts'
import { olderThan, pageOfRows } from '../../local/step-functions/api/row-pages.ts'
import { createStepFunctions } from '../../local/step-functions/index.ts'
import { account, startMs } from './harness.ts'

const folder = { path: '' }
beforeEach(() => {
  folder.path = mkdtempSync(join(tmpdir(), 'stepdag-list-'))
})
afterEach(() => rmSync(folder.path, { recursive: true }))

async function open(dataDir: string | null) {
  const clock = createVirtualClock(startMs)
  const core = createStepFunctions({
    clock,
    dataDir,
    region: 'us-east-1',
    accountId: account,
    invokeLambda: async () => ({ ok: true, payload: 'null' }),
    callService: async () => ({}),
  })
  await core.recover()
  return { ...core, clock }
}
type Core = Awaited<ReturnType<typeof open>>
interface Listed {
  readonly executions: readonly { readonly name: string; readonly status: string; readonly redriveCount: number }[]
  readonly nextToken?: string
}

/** Ends at once, waits, or fails, as its input says. */
const choosing = {
  QueryLanguage: 'JSONata',
  StartAt: 'C',
  States: {
    C: {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $states.input = "fail" %}', Next: 'F' },
        { Condition: '{% $states.input = "wait" %}', Next: 'W' },
      ],
      Default: 'S',
    },
    F: { Type: 'Fail', Error: 'Asked' },
    W: { Type: 'Wait', Seconds: 60, Next: 'S' },
    S: { Type: 'Succeed' },
  },
}

async function create(core: Core): Promise<string> {
  const definition = JSON.stringify(choosing)
  const roleArn = `arn:aws:iam::${account}:role/role`
  const created = await core.call('CreateStateMachine', { name: 'one', roleArn, definition })
  return (created as { stateMachineArn: string }).stateMachineArn
}

async function start(core: Core, stateMachineArn: string, name: string, kind: string): Promise<void> {
  await core.call('StartExecution', { stateMachineArn, name, input: JSON.stringify(kind) })
  await core.atRest()
}

const page = async (core: Core, request: object) => (await core.call('ListExecutions', { ...request })) as Listed

describe.each([['on disk'], ['in memory']])('ListExecutions %s', (where) => {
  const place = () => (where === 'on disk' ? folder.path : null)

  it('pages are newest first, and what starts meanwhile does not shift them', async () => {
    const core = await open(place())
    const stateMachineArn = await create(core)
    for (let n = 0; n < 7; n++) await start(core, stateMachineArn, `run-${n}`, n % 2 === 0 ? 'wait' : 'end')
    const names: string[] = []
    let nextToken: string | undefined
    do {
      const listed = await page(core, { stateMachineArn, maxResults: 3, nextToken })
      names.push(...listed.executions.map(({ name }) => name))
      nextToken = listed.nextToken
      await start(core, stateMachineArn, `later-${names.length}`, 'end')
    } while (nextToken !== undefined)
    expect(names).toEqual(['run-6', 'run-5', 'run-4', 'run-3', 'run-2', 'run-1', 'run-0'])
    core.close()
  })

  it('a filter looks at the status of now, and a full last page has no successor', async () => {
    const core = await open(place())
    const stateMachineArn = await create(core)
    for (const [name, kind] of Object.entries({ a: 'wait', b: 'fail', c: 'end', d: 'fail' }))
      await start(core, stateMachineArn, name, kind)
    const failed = await page(core, { stateMachineArn, statusFilter: 'FAILED', maxResults: 2 })
    expect(failed.executions.map(({ name }) => name)).toEqual(['d', 'b'])
    expect((await page(core, { stateMachineArn, maxResults: 4 })).nextToken).toBeUndefined()
    core.clock.advanceTo(startMs + 60_000)
    await core.atRest()
    const done = await page(core, { stateMachineArn, statusFilter: 'SUCCEEDED' })
    expect(done.executions.map(({ name }) => name)).toEqual(['c', 'a'])
    core.close()
  })

  it('a redriven execution is listed where it was, with its count', async () => {
    const core = await open(place())
    const stateMachineArn = await create(core)
    await start(core, stateMachineArn, 'bad', 'fail')
    await start(core, stateMachineArn, 'good', 'end')
    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:bad`
    await core.call('RedriveExecution', { executionArn })
    await core.atRest()
    expect((await page(core, { stateMachineArn })).executions).toMatchObject([
      { name: 'good', status: 'SUCCEEDED', redriveCount: 0 },
      { name: 'bad', status: 'FAILED', redriveCount: 1 },
    ])
    core.close()
  })
})

it('a page with a filter that little passes ends early, and the next goes on there', () => {
  const looked: number[] = []
  const rows = function* (before: number) {
    for (let at = before - 1; at >= 0; at--) {
      looked.push(at)
      yield { at, ...row(String(at)) }
    }
  }
  const request = { maxResults: 5 }
  const onlyFirst = ({ executionName }: { executionName: string }) => (executionName === '0' ? executionName : null)
  const first = pageOfRows(rows(15_000), request, onlyFirst)
  expect(first.items).toEqual([])
  expect(looked.length).toBeLessThanOrEqual(10_001)
  const before = olderThan({ nextToken: first.nextToken })
  expect(pageOfRows(rows(before!), request, onlyFirst)).toEqual({ items: ['0'], nextToken: undefined })
})

const row = (executionName: string) =>
  ({
    machineName: 'one',
    executionName,
    startedAtMs: startMs,
    versionArn: null,
    status: 'SUCCEEDED',
    stoppedAtMs: startMs,
    redriveCount: 0,
  }) as const

describe('the index on disk', () => {
  it('forgets in its journal what has long ended, and keeps it in the list', async () => {
    const first = await open(folder.path)
    const stateMachineArn = await create(first)
    await start(first, stateMachineArn, 'old', 'end')
    first.clock.advanceTo(startMs + 3_600_000)
    await start(first, stateMachineArn, 'open', 'wait')
    first.close()
    const second = await open(folder.path)
    const journal = readFileSync(join(folder.path, 'index', 'journal.jsonl'), 'utf8')
    expect(journal).not.toContain('"old"')
    expect(journal).toContain('"open"')
    expect((await page(second, { stateMachineArn })).executions.map(({ name }) => name)).toEqual(['open', 'old'])
    second.close()
  })

  it('a page reads no more of the list than it shows', async () => {
    const core = await open(folder.path)
    const stateMachineArn = await create(core)
    for (let n = 0; n < 2000; n++) await core.call('StartExecution', { stateMachineArn, name: `run-${n}`, input: '0' })
    await core.atRest()
    const lists = join(folder.path, 'index', 'lists')
    const file = join(lists, readdirSync(lists)[0]!)
    const text = readFileSync(file, 'utf8')
    // What is older is spoilt: whoever reads it does not find it.
    writeFileSync(file, `${'-'.repeat(text.length - 80_000)}${text.slice(-80_000)}`)
    const newest = await page(core, { stateMachineArn, maxResults: 100 })
    expect(newest.executions.map(({ name }) => name)).toEqual(Array.from({ length: 100 }, (_, n) => `run-${1999 - n}`))
    expect(newest.nextToken).toBeDefined()
    core.close()
  })
})
