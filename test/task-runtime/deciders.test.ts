import { describe, expect, test } from 'vitest'
import type { DecisionWiring } from '../../run-model/index.ts'
import { runningRun, type SceneOptions, scene } from './support/scene.ts'

const deciding = (decision: DecisionWiring, returned: unknown): SceneOptions => ({
  tasks: {
    d: { decision, handler: () => returned },
    a: { upstreams: ['d'] },
    b: { upstreams: ['d'] },
    join: { upstreams: ['a', 'b'], triggerRule: 'none_failed_min_one_success' },
  },
})
const ifElse: DecisionWiring = { kind: 'if', options: ['a', 'b'], candidates: { a: ['a'], b: ['b'] } }
const cases: DecisionWiring = { ...ifElse, kind: 'switch' }
const branch: DecisionWiring = { kind: 'branch', options: ['a', 'b'], candidates: { a: ['a'], b: ['b'], join: ['a'] } }
const circuit: DecisionWiring = {
  kind: 'short_circuit',
  options: ['*'],
  candidates: { a: ['*'], b: ['*'], join: ['*'] },
}

const skippedIn = async (s: ReturnType<typeof scene>) => {
  const records = await s.store.listTaskInstances(runningRun)
  return records.filter(({ state }) => state === 'skipped').map(({ taskId }) => taskId)
}

describe('a decider', () => {
  test.each([
    ['if, truthy', ifElse, 'yes', ['a'], ['b']],
    ['if, falsy', ifElse, 0, ['b'], ['a']],
    ['if without else, falsy', { ...ifElse, options: ['a'], candidates: { a: ['a'] } }, false, [], ['a']],
    ['switch, by reference', cases, { taskId: 'b' }, ['b'], ['a']],
    ['branch, one id', branch, 'a', ['a'], ['b']],
    ['branch, a list', branch, [{ taskId: 'b' }, 'a'], ['b', 'a'], []],
    ['branch, null', branch, null, [], ['a', 'b', 'join']],
    ['branch, an empty list', branch, [], [], ['a', 'b', 'join']],
    ['branch that keeps what is behind the chosen one', branch, 'b', ['b'], ['a', 'join']],
    ['short_circuit, truthy', circuit, 1, ['*'], []],
    ['short_circuit, falsy', circuit, null, [], ['a', 'b', 'join']],
  ] as const)('%s: skips what it did not choose', async (_, decision, returned, chosen, skipped) => {
    const s = scene(deciding(decision, returned))
    expect(await s.call('d')).toEqual({ s: { s: 'success', b: chosen } })
    expect(await skippedIn(s)).toEqual(skipped)
    expect(await s.record('d')).toMatchObject({ state: 'success', entry: { s: 'success', b: chosen } })
  })

  test('pushes ids, not references', async () => {
    const s = scene(deciding(branch, [{ taskId: 'b' }, 'a']))
    await s.call('d')
    expect((await s.store.getXCom(runningRun, 'd', 'return_value'))?.value).toEqual(['b', 'a'])
  })

  test.each([
    ['switch', cases, 'join', '"d" returned "join", but dag.switch needs exactly one of its cases: "a", "b"'],
    ['switch', cases, ['a'], 'returned a list'],
    ['switch', cases, undefined, 'returned undefined'],
    ['branch', branch, ['a', 'join'], 'returned "join", but dag.branch chooses among its direct downstreams: "a", "b"'],
    ['branch', branch, [7], 'returned 7'],
  ] as const)('of a %s fails the try when what it returned is no choice', async (_, decision, returned, message) => {
    const s = scene(deciding(decision, returned))
    await expect(s.call('d')).rejects.toThrow(message)
    expect(await skippedIn(s)).toEqual([])
  })

  test('skips nothing when it fails', async () => {
    const s = scene({
      tasks: { d: { decision: ifElse, handler: () => Promise.reject(new Error('no')) }, a: {}, b: {} },
    })
    await expect(s.call('d')).rejects.toThrow('no')
    expect(await skippedIn(s)).toEqual([])
  })

  test('that died between its record and the skips is repeated from the record, without its handler', async () => {
    let runs = 0
    const s = scene({
      tasks: { d: { decision: ifElse, handler: () => ++runs > 5 }, a: { upstreams: ['d'] }, b: { upstreams: ['d'] } },
    })
    const put = s.store.putTaskInstance
    s.store.putTaskInstance = async (seen, next) => {
      if (next.taskId === 'a') throw Object.assign(new Error('gone'), { name: 'StoreError' })
      return put(seen, next)
    }
    await expect(s.call('d')).rejects.toMatchObject({ name: 'TaskBusy' })
    expect(await s.record('d')).toMatchObject({ state: 'success', entry: { b: ['b'] } })
    expect(await s.record('a')).toBeNull()
    s.store.putTaskInstance = put
    expect(await s.call('d')).toEqual({ s: { s: 'success', b: ['b'] } })
    expect(await s.record('a')).toMatchObject({ state: 'skipped', tryNumber: 0 })
    expect(runs).toBe(1)
  })

  test('called twice at once decides once', async () => {
    const s = scene(deciding(ifElse, true))
    const answers = await Promise.allSettled([s.call('d'), s.call('d')])
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await s.call('d')).toEqual({ s: { s: 'success', b: ['a'] } })
    expect(await skippedIn(s)).toEqual(['b'])
  })

  test('leaves a candidate alone that has begun or ended', async () => {
    const options = deciding(ifElse, true)
    const s = scene({ tasks: { ...options.tasks, b: { upstreams: ['d'], triggerRule: 'always' } } })
    await s.call('b')
    await s.call('d')
    expect(await s.record('b')).toMatchObject({ state: 'success' })
  })

  test('skips thousands of candidates', async () => {
    const keys = Array.from({ length: 3_000 }, (_, index) => `t${index}`)
    const candidates = Object.fromEntries(keys.map((key) => [key, ['*']]))
    const tasks = Object.fromEntries(keys.map((key) => [key, { upstreams: ['d'] }]))
    const s = scene({ tasks: { d: { decision: { ...circuit, candidates }, handler: () => false }, ...tasks } })
    await s.call('d')
    expect(await skippedIn(s)).toHaveLength(3_000)
  })
})

describe('a candidate', () => {
  test('that was skipped answers skipped when the execution gets there, whatever its rule says, and tells its gates', async () => {
    const options = deciding(ifElse, true)
    const s = scene({
      tasks: {
        ...options.tasks,
        b: { upstreams: ['d'], triggerRule: 'all_done', handler: () => expect.unreachable() },
      },
      gates: { join: { need: ['b'] } },
    })
    await s.call('d')
    expect(s.store.gates.size).toBe(0)
    expect(await s.call('b', { up: { d: { s: 'success', b: ['a'] } } })).toEqual({ s: 'skipped' })
    expect([...s.store.gates.values()]).toEqual([{ arrived: { 0: 'skipped' }, open: true, token: null, held: null }])
  })

  test('that was chosen runs', async () => {
    const s = scene(deciding(ifElse, true))
    await s.call('d')
    expect(await s.call('a', { up: { d: { s: 'success', b: ['a'] } } })).toEqual({ s: 'success' })
  })
})

describe('latest_only', () => {
  const schedule = {
    expressions: ['0 * * * *'],
    timezone: 'UTC',
    timetable: 'trigger',
    startDate: null,
    endDate: null,
    catchup: true,
  } as const
  const latest = (runType: 'scheduled' | 'manual') => {
    const s = scene({ tasks: { d: { operator: 'latest_only', decision: circuit }, a: {}, b: {}, join: {} } })
    for (const key of s.store.runs.keys()) s.store.runs.set(key, { ...runningRun, runType })
    // Of the manifest only the schedule is read.
    s.store.getManifestByPlan = async () => ({ schedule }) as never
    return s
  }

  test('goes on until the next tick, and skips from then on', async () => {
    const early = latest('scheduled')
    early.clock.advance(59 * 60_000)
    expect(await early.call('d')).toMatchObject({ s: { b: ['*'] } })
    const late = latest('scheduled')
    late.clock.advance(60 * 60_000)
    expect(await late.call('d')).toMatchObject({ s: { b: [] } })
    expect(await skippedIn(late)).toEqual(['a', 'b', 'join'])
  })

  test('lets manual runs pass', async () => {
    const s = latest('manual')
    s.clock.advance(86_400_000)
    expect(await s.call('d')).toMatchObject({ s: { b: ['*'] } })
  })
})
