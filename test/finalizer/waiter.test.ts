/** The task that waits for a run hears from the finalizer how it ended. */
import { expect, test } from 'vitest'
import { runningRun } from '../task-runtime/support/scene.ts'
import { finalizerScene, recordOf } from './support/finalizer-scene.ts'

const calling = { dagId: 'calling', runId: 'c1' }
const waiting = recordOf('only', {
  ...calling,
  state: 'deferred',
  tryNumber: 1,
  wait: { id: 'request', token: 'token', deadline: null },
})

/** A run that task `only` of another run waits for. */
async function scene() {
  const s = finalizerScene({ tasks: { only: {} }, records: [waiting] })
  s.store.runs.set('calling|c1', { ...runningRun, ...calling })
  const triggeredFrom = { ...calling, taskId: 'only', mapIndex: -1, tryNumber: 1, allowedStates: ['success'] as const }
  s.store.runs.set(`${runningRun.dagId}|${runningRun.runId}`, { ...runningRun, triggeredFrom })
  const told: unknown[] = []
  s.ports.releaseToken = async (token, answer) => void told.push([token, answer, (await s.run())?.state])
  return { ...s, told, waiter: () => s.store.getTaskInstance(calling, 'only') }
}

test('it is told after the verdict is recorded, and again by a repeated call', async () => {
  const s = await scene()
  await s.finalize({ only: 'success' })
  const success = ['token', { output: { s: 'success' } }, 'success']
  expect(s.told).toEqual([success])
  const ended = await s.waiter()
  expect(ended).toMatchObject({ state: 'success' })
  await s.finalize({ only: 'success' })
  expect(s.told).toEqual([success, success])
  expect(await s.waiter()).toEqual(ended)
})

test('it fails with a run that failed', async () => {
  const s = await scene()
  await expect(s.finalize({ only: 'failed' })).rejects.toMatchObject({ name: 'DagRunFailed' })
  expect(s.told).toMatchObject([['token', { error: 'FailTask' }, 'failed']])
  expect(await s.waiter()).toMatchObject({ state: 'failed', error: { name: 'DagRunFailedException' } })
})

test('nobody is told of a run that nobody waits for', async () => {
  const s = finalizerScene({ tasks: { only: {} } })
  await s.finalize({ only: 'success' })
  expect(s.released).toEqual([])
})
