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
