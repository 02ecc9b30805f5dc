import { describe, expect, test } from 'vitest'
import { runningRun } from '../task-runtime/support/scene.ts'
import { finalizerScene, recordOf } from './support/finalizer-scene.ts'

const tasks = {
  a: { retries: 1 },
  b: {},
  c: { upstreams: ['a'] },
  d: { upstreams: ['c', 'b'] },
}
const gates = { d: { need: ['c'] } }

describe('arrive', () => {
  test('records a task without any record as failed, and one jumped over as upstream_failed', async () => {
    const s = finalizerScene({ tasks, gates })
    await s.arrive({ a: 'failed', c: 'upstream_failed' })
    expect(await s.record('a')).toMatchObject({
      state: 'failed',
      tryNumber: 0,
      tries: [],
      dagVersion: 3,
      error: { name: 'NoAnswer', message: expect.stringContaining('ended without an answer') },
    })
    expect(await s.record('c')).toMatchObject({ state: 'upstream_failed', tryNumber: 0, error: null, startDate: null })
  })

  test('tells the gates and releases those that have heard from all', async () => {
    const s = finalizerScene({ tasks, gates })
    await s.store.waitAtGate(runningRun.execution.name, 'd', 'token-1')
    await s.arrive({ a: 'failed', c: 'upstream_failed' })
    expect(s.released).toEqual(['token-1'])
  })

  test('writes every record before it releases any gate', async () => {
    const s = finalizerScene({ tasks, gates })
    await s.store.waitAtGate(runningRun.execution.name, 'd', 'token-1')
    const recorded: unknown[] = []
    s.ports.releaseToken = async () => void recorded.push((await s.record('a'))?.state)
    await s.arrive({ c: 'upstream_failed', a: 'failed' })
    expect(recorded).toEqual(['failed'])
  })

  test('ends a crashed try, whether its lease is over or not', async () => {
    for (const untilMs of [0, Number.MAX_SAFE_INTEGER]) {
      const lease = { holder: 'x', untilMs, epoch: null }
      const s = finalizerScene({ tasks, gates, records: [recordOf('a', { state: 'running', tryNumber: 1, lease })] })
      await s.arrive({ a: 'failed' })
      expect(await s.record('a')).toMatchObject({
        state: 'failed',
        lease: null,
        error: { name: 'NoAnswer' },
        tries: [{ tryNumber: 1, state: 'failed', error: { name: 'NoAnswer' } }],
      })
    }
  })

  test('keeps the try of a task that was stopped while it ran', async () => {
    const lease = { holder: 'x', untilMs: 0, epoch: null }
    const startDate = '2026-03-01T05:59:30.000Z'
    const s = finalizerScene({ tasks, records: [recordOf('b', { state: 'running', tryNumber: 1, startDate, lease })] })
    await s.arrive({ b: 'skipped' })
    expect(await s.record('b')).toMatchObject({
      state: 'skipped',
      duration: 30,
      lease: null,
      tries: [{ tryNumber: 1, state: 'skipped', startDate, endDate: '2026-03-01T06:00:00.000Z', error: null }],
    })
  })

  test('ends a task whose retries are used up without a further try, and keeps its error', async () => {
    const error = { name: 'Oops', message: 'x', causes: [] }
    const ended = { state: 'up_for_retry', tryNumber: 1, startDate: '', endDate: '', error, dagVersion: 3 } as const
    const s = finalizerScene({
      tasks,
      gates,
      records: [recordOf('a', { state: 'up_for_retry', tryNumber: 1, error, tries: [ended] })],
    })
    await s.arrive({ a: 'failed' })
    expect(await s.record('a')).toMatchObject({ state: 'failed', error, tries: [ended] })
  })

  test('leaves the record of a real failure as it is', async () => {
    const failed = recordOf('a', {
      state: 'failed',
      tryNumber: 2,
      endDate: '2026-03-01T06:05:00.000Z',
      error: { name: 'Oops', message: 'x', causes: [] },
    })
    const s = finalizerScene({ tasks, gates, records: [failed] })
    await s.arrive({ a: 'failed' })
    expect(await s.record('a')).toEqual(failed)
  })

  test('makes a record follow the execution where the two disagree', async () => {
    const s = finalizerScene({ tasks, gates, records: [recordOf('a', { state: 'success', tryNumber: 1 })] })
    await s.arrive({ a: 'failed' })
    expect(await s.record('a')).toMatchObject({ state: 'failed', tryNumber: 1 })
  })

  test('loses no decision to a worker that writes at the same time', async () => {
    const lease = { holder: 'x', untilMs: 0, epoch: null }
    const running = recordOf('a', { state: 'running', tryNumber: 1, lease })
    const s = finalizerScene({ tasks, gates, records: [running] })
    const { getTaskInstances } = s.store
    s.ports.store.getTaskInstances = async (ref, taskIds) => {
      const seen = await getTaskInstances(ref, taskIds)
      await s.store.putTaskInstance(running, recordOf('a', { state: 'up_for_retry', tryNumber: 1 }))
      return seen
    }
    await s.arrive({ a: 'failed' })
    expect(await s.record('a')).toMatchObject({ state: 'failed' })
  })

  test('changes nothing when it is repeated, but sends the token again', async () => {
    const s = finalizerScene({ tasks, gates })
    await s.store.waitAtGate(runningRun.execution.name, 'd', 'token-1')
    await s.arrive({ a: 'failed', c: 'upstream_failed' })
    const before = await s.store.listTaskInstances(runningRun)
    s.clock.advance(1000)
    await s.arrive({ a: 'failed', c: 'upstream_failed' })
    expect(await s.store.listTaskInstances(runningRun)).toEqual(before)
    expect(s.released).toEqual(['token-1', 'token-1'])
  })

  test('finds the run in an outer frame', async () => {
    const s = finalizerScene({ tasks, gates })
    await s.arrive({ a: 'failed' }, { '^': { '^': { '^run': runningRun }, b: 'success' } })
    expect(await s.record('a')).toMatchObject({ state: 'failed' })
  })

  test('of a task that the plan lacks is a bug with a message', async () => {
    const s = finalizerScene({ tasks, gates })
    await expect(s.arrive({ nobody: 'failed' })).rejects.toThrow('has no task "nobody"')
  })
})

describe('a failure that stops the run', () => {
  const failing = async (s: ReturnType<typeof finalizerScene>) => (await s.run()) as { failing?: true }
  const work = { ...tasks, t: { triggerRule: 'all_done_setup_success', teardownOf: ['a'], upstreams: ['d'] } } as const

  test.each(['drain', 'failFast'] as const)('marks the run under %s, however often it arrives', async (onFailure) => {
    const s = finalizerScene({ tasks, wiring: { onFailure } })
    for (const _ of [1, 2]) await s.arrive({ a: 'failed', c: 'upstream_failed' })
    expect(await failing(s)).toMatchObject({ state: 'running', failing: true })
  })

  test('is none under isolate', async () => {
    const s = finalizerScene({ tasks })
    await s.arrive({ a: 'failed' })
    expect(await failing(s)).not.toHaveProperty('failing')
  })

  test('is none when only an ignorable teardown failed, or nothing did', async () => {
    const s = finalizerScene({ tasks: work, wiring: { onFailure: 'drain', leaves: ['d'] } })
    await s.arrive({ t: 'failed', b: 'skipped', c: 'success' })
    expect(await failing(s)).not.toHaveProperty('failing')
  })

  test('is an instance that failed, and a mapped task with one', async () => {
    for (const arrive of [
      (s: ReturnType<typeof finalizerScene>) => s.arrive({ b: 'failed' }, undefined, { i: 3 }),
      (s: ReturnType<typeof finalizerScene>) => s.arrive({ b: { s: 'failed', c: [1, 0, 1, 0] } }),
    ]) {
      const s = finalizerScene({ tasks, wiring: { onFailure: 'drain' } })
      await arrive(s)
      expect(await failing(s)).toHaveProperty('failing', true)
    }
  })
})

describe('tasks that wait for their tokens while a run fails', () => {
  const waiting = (taskId: string, state: 'deferred' | 'awaiting_input') =>
    recordOf(taskId, { state, tryNumber: 1, maxTries: 2, wait: { id: 'r', token: `token-${taskId}`, deadline: null } })
  const torn = { ...tasks, t: { triggerRule: 'all_done_setup_success', teardownOf: ['a'], upstreams: ['d'] } } as const
  const records = [waiting('b', 'deferred'), waiting('c', 'awaiting_input'), waiting('t', 'deferred')]

  test('are told to stop where the DAG fails fast, but for teardowns', async () => {
    const s = finalizerScene({ tasks: torn, wiring: { onFailure: 'failFast' }, records })
    await s.arrive({ a: 'failed' })
    expect(s.released.toSorted()).toEqual(['token-b', 'token-c'])
    expect(await s.record('b')).toMatchObject({ state: 'failed', error: { name: 'FailTask' } })
    expect(await s.record('t')).toMatchObject({ state: 'deferred' })
  })

  test('are told again when the call is repeated: the first may have stopped after the mark', async () => {
    const s = finalizerScene({ tasks: torn, wiring: { onFailure: 'failFast' }, records })
    const { listTaskInstances } = s.ports.store
    s.ports.store.listTaskInstances = () => Promise.reject(new Error('gone'))
    await expect(s.arrive({ a: 'failed' })).rejects.toThrow('gone')
    s.ports.store.listTaskInstances = listTaskInstances
    await s.arrive({ a: 'failed' })
    expect(s.released.toSorted()).toEqual(['token-b', 'token-c'])
  })

  test('wait on where the DAG drains', async () => {
    const s = finalizerScene({ tasks: torn, wiring: { onFailure: 'drain' }, records })
    await s.arrive({ a: 'failed' })
    expect(s.released).toEqual([])
  })
})

describe('a mapped task', () => {
  test('is summed up in a record of its own, twice the same', async () => {
    const s = finalizerScene({ tasks, gates: { d: { need: ['b'] } } })
    const b = { s: 'failed', c: [2, 0, 1, 0] } as const
    for (const _ of [1, 2]) await s.arrive({ b })
    expect(await s.record('b')).toMatchObject({ state: 'failed', mapIndex: -1, entry: b, tries: [], error: null })
    expect([...s.store.gates.values()]).toEqual([{ arrived: { 0: b }, open: true, token: null, held: null }])
  })

  test('has instances that arrive on their own, and tell only gates that one of them decides', async () => {
    const gates = { d: { need: ['b', 'c'] }, e: { need: ['b', 'c'], rule: 'one_failed' } } as const
    const e = { upstreams: ['b', 'c'], triggerRule: 'one_failed' } as const
    const s = finalizerScene({ tasks: { ...tasks, e }, gates })
    await s.arrive({ b: 'failed' }, undefined, { i: 1 })
    expect(await s.record('b', 1)).toMatchObject({ state: 'failed', mapIndex: 1, error: { name: 'NoAnswer' } })
    expect(await s.record('b')).toBeNull()
    expect([...s.store.gates.keys()]).toEqual(['sales-1/e'])
  })
})

describe('a child execution that failed as a whole', () => {
  test('leaves what ended as it is and fails the rest', async () => {
    const s = finalizerScene({
      tasks,
      gates,
      wiring: { children: { part: ['a', 'c'] } },
      records: [recordOf('a', { state: 'success', tryNumber: 1 })],
    })
    await s.arrive({}, undefined, { child: 'part' })
    expect(await s.record('a')).toMatchObject({ state: 'success' })
    expect(await s.record('c')).toMatchObject({ state: 'failed', error: { name: 'NoAnswer' } })
    expect(await s.record('b')).toBeNull()
    expect([...s.store.gates.values()]).toEqual([{ arrived: { 0: 'failed' }, open: true, token: null, held: null }])
  })

  test('is answered with the entries that the machine goes on with', async () => {
    const wiring = { children: { part: ['a', 'c'] } }
    const s = finalizerScene({ tasks, gates, wiring, records: [recordOf('a', { state: 'success', tryNumber: 1 })] })
    expect(await s.arrive({}, undefined, { child: 'part', live: ['a'] })).toEqual({ st: { a: 'success' } })
    expect(await s.arrive({}, undefined, { child: 'part', live: [] })).toEqual({ st: {} })
    expect(await s.arrive({ b: 'failed' })).toEqual({})
  })
})

describe('a service task', () => {
  test('is recorded from what the machine says of it', async () => {
    const s = finalizerScene({ tasks: { q: { isService: true, operator: 'service' }, r: { isService: true } } })
    await s.arrive({ q: { s: 'success', v: { '': 1 } }, r: 'failed' })
    expect(await s.record('q')).toMatchObject({ state: 'success', endDate: '2026-03-01T06:00:00.000Z', tryNumber: 0 })
    expect(await s.record('r')).toMatchObject({ state: 'failed', error: { name: 'ServiceFailed' } })
  })
})
