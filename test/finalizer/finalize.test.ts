import { describe, expect, test } from 'vitest'
import { wiringLoader } from '../../lambdas/finalizer/load-wiring.ts'
import type { DagManifest } from '../../run-model/index.ts'
import { runningRun, wiringOf } from '../task-runtime/support/scene.ts'
import { finalizerScene, recordOf } from './support/finalizer-scene.ts'

const tasks = { a: {}, b: { upstreams: ['a'] }, c: { upstreams: ['a'] } }
const states = async (s: ReturnType<typeof finalizerScene>) =>
  Object.fromEntries((await s.store.listTaskInstances(runningRun)).map(({ taskId, state }) => [taskId, state]))

describe('finalize', () => {
  test('ends a run in success when every leaf is', async () => {
    const records = ['a', 'b', 'c'].map((taskId) => recordOf(taskId, { state: 'success', tryNumber: 1 }))
    const s = finalizerScene({ tasks, records })
    expect(await s.finalize({ a: 'success', b: 'success', c: 'success' })).toEqual({ state: 'success' })
    expect(await s.run()).toMatchObject({ state: 'success', endDate: '2026-03-01T06:00:00.000Z' })
    expect(await s.store.listTaskInstances(runningRun)).toEqual(records)
  })

  test('records a failed run first, then fails the execution', async () => {
    const s = finalizerScene({ tasks, records: [recordOf('a', { state: 'failed', tryNumber: 1 })] })
    await expect(s.finalize({ a: 'failed' })).rejects.toMatchObject({ name: 'DagRunFailed' })
    expect(await s.run()).toMatchObject({ state: 'failed', reason: 'task_failed' })
    expect(await states(s)).toEqual({ a: 'failed', b: 'upstream_failed', c: 'upstream_failed' })
  })

  test('does not fail the execution when the verdict could not be recorded', async () => {
    const s = finalizerScene({ tasks })
    s.ports.store.finishRun = () => Promise.reject(new Error('the table is away'))
    await expect(s.finalize({ a: 'failed' })).rejects.toThrow('the table is away')
  })

  test('calls a task failed that was started and never answered', async () => {
    const lease = { holder: 'x', untilMs: 0, epoch: null }
    const s = finalizerScene({
      tasks,
      records: [
        recordOf('a', { state: 'success', tryNumber: 1 }),
        recordOf('b', { state: 'running', tryNumber: 1, lease }),
      ],
    })
    await expect(s.finalize({ a: 'success', c: 'success' })).rejects.toMatchObject({ name: 'DagRunFailed' })
    expect(await states(s)).toEqual({ a: 'success', b: 'failed', c: 'success' })
    expect(await s.record('b')).toMatchObject({ error: { name: 'NoAnswer' }, lease: null })
  })

  test('takes what the state data lacks from the records', async () => {
    const records = [
      recordOf('a', { state: 'success', tryNumber: 1 }),
      recordOf('b', { state: 'skipped', tryNumber: 1 }),
    ]
    const s = finalizerScene({ tasks, records })
    expect(await s.finalize({ c: 'skipped' })).toEqual({ state: 'success' })
    expect(await states(s)).toEqual({ a: 'success', b: 'skipped', c: 'skipped' })
  })

  test('believes the state data when the record says otherwise, and corrects the record', async () => {
    const s = finalizerScene({ tasks, records: [recordOf('b', { state: 'success', tryNumber: 1 })] })
    await expect(s.finalize({ a: 'success', b: 'failed', c: 'success' })).rejects.toThrow()
    expect(await s.record('b')).toMatchObject({ state: 'failed', tryNumber: 1 })
  })

  test('says the same again when it is repeated, and writes nothing', async () => {
    const s = finalizerScene({ tasks })
    await expect(s.finalize({ a: 'failed' })).rejects.toMatchObject({ name: 'DagRunFailed' })
    const before = [await s.run(), await s.store.listTaskInstances(runningRun)]
    s.clock.advance(1000)
    await expect(s.finalize({ a: 'failed' })).rejects.toMatchObject({ name: 'DagRunFailed' })
    expect([await s.run(), await s.store.listTaskInstances(runningRun)]).toEqual(before)
  })

  test('lets a verdict stand that was recorded in between', async () => {
    const s = finalizerScene({ tasks })
    const { finishRun } = s.store
    s.ports.store.finishRun = async (run) => {
      await finishRun({ ...runningRun, state: 'failed', reason: 'aborted', endDate: '2026-03-01T06:00:00Z' })
      return finishRun(run)
    }
    await expect(s.finalize({ a: 'success', b: 'success', c: 'success' })).rejects.toThrow('aborted')
    expect(await s.run()).toMatchObject({ reason: 'aborted' })
  })

  test('of an execution that a newer one replaced leaves run and records alone', async () => {
    const s = finalizerScene({ tasks })
    expect(await s.finalize({ a: 'failed' }, 'sales-0')).toEqual({ state: 'superseded' })
    expect(await s.run()).toEqual(runningRun)
    expect(await s.store.listTaskInstances(runningRun)).toEqual([])
  })
})

describe('a wiring', () => {
  const wiring = wiringOf({ tasks })
  // Only the wiring of a manifest is read here.
  const manifest = { wiring } as unknown as DagManifest

  test('is read once per plan', async () => {
    const asked: string[] = []
    const load = wiringLoader({
      getManifestByPlan: async (dagId, planHash) => {
        asked.push(`${dagId}/${planHash}`)
        return manifest
      },
    })
    expect(await load('sales', '1')).toBe(wiring)
    await load('sales', '1')
    await load('sales', '2')
    expect(asked).toEqual(['sales/1', 'sales/2'])
  })

  test('that was never deployed is an error that says what to do, and is asked for again', async () => {
    const answers = [null, manifest]
    const load = wiringLoader({ getManifestByPlan: async () => answers.shift() ?? null })
    await expect(load('sales', '1')).rejects.toThrow('deploy the DAG again')
    expect(await load('sales', '1')).toBe(wiring)
  })
})

describe('what the end of a run completes', () => {
  const decision = { kind: 'if', options: ['a', 'b'], candidates: { a: ['a'], b: ['b'] } } as const
  const deciding = { d: { decision }, a: { upstreams: ['d'] }, b: { upstreams: ['d'] } }

  test('a candidate whose skip was never written is skipped, the chosen one without an answer failed', async () => {
    const s = finalizerScene({ tasks: deciding })
    await expect(s.finalize({ d: { s: 'success', b: ['a'] } })).rejects.toMatchObject({ name: 'DagRunFailed' })
    expect([(await s.record('a'))?.state, (await s.record('b'))?.state]).toEqual(['failed', 'skipped'])
  })

  test('a mapped task gets a record that counts its instances', async () => {
    const s = finalizerScene({ tasks: { m: { mapped: { maxLength: 9, over: [] } } } })
    const m = { s: 'success', c: [2, 1, 0, 0] } as const
    await s.finalize({ m })
    expect(await s.record('m')).toMatchObject({ state: 'success', entry: m })
  })

  test('a mapped task that the state data lacks is counted from its instances, and those without an end failed', async () => {
    const records = [
      recordOf('m', { mapIndex: 0, state: 'success' }),
      recordOf('m', { mapIndex: 1, state: 'running', tryNumber: 1 }),
    ]
    const s = finalizerScene({ tasks: { m: { mapped: { maxLength: 9, over: [] } } }, records })
    await expect(s.finalize({})).rejects.toMatchObject({ name: 'DagRunFailed' })
    expect(await s.record('m')).toMatchObject({ state: 'failed', entry: { s: 'failed', c: [1, 0, 1, 0] } })
    expect(await s.record('m', 1)).toMatchObject({ state: 'failed', tries: [{ state: 'failed' }] })
  })

  test('a failed task in the middle fails a run that drains, though every leaf is skipped', async () => {
    const chain = { a: {}, b: { upstreams: ['a'] } }
    const drained = finalizerScene({ tasks: chain, wiring: { onFailure: 'drain' } })
    await expect(drained.finalize({ a: 'failed', b: 'skipped' })).rejects.toMatchObject({ name: 'DagRunFailed' })
    const isolated = finalizerScene({ tasks: chain })
    expect(await isolated.finalize({ a: 'failed', b: 'skipped' })).toEqual({ state: 'success' })
  })

  test('the mark of a failing run goes with its end', async () => {
    const s = finalizerScene({ tasks: { a: {} }, wiring: { onFailure: 'drain' } })
    await s.arrive({ a: 'failed' })
    await expect(s.finalize({ a: 'failed' })).rejects.toMatchObject({ name: 'DagRunFailed' })
    expect(await s.run()).not.toHaveProperty('failing')
  })
})
