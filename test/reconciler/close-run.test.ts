import { describe, expect, test } from 'vitest'
import { closeRun } from '../../lambdas/reconciler/close-run.ts'
import type { TaskInstance, TaskState, Wiring } from '../../run-model/index.ts'
import { recordOf } from '../finalizer/support/finalizer-scene.ts'
import { memoryStore } from '../task-runtime/support/memory-store.ts'
import { runningRun, type SceneOptions, wiringOf } from '../task-runtime/support/scene.ts'

const tasks: SceneOptions['tasks'] = {
  a: {},
  b: {},
  c: { upstreams: ['a'] },
  m: { mapped: { maxLength: 9, over: [] } },
}

async function closed(
  status: 'FAILED' | 'ABORTED' | 'TIMED_OUT',
  more: Partial<Wiring>,
  records: readonly TaskInstance[],
) {
  const store = memoryStore([{ ...runningRun, failing: true }])
  for (const record of records) await store.putTaskInstance(null, record)
  const wiring = wiringOf({ tasks, wiring: more })
  // Of the manifest only the wiring is read.
  const getManifestByPlan = async () => ({ wiring }) as never
  // The rest of the ports is for finding runs.
  const ports = { store: { ...store, getManifestByPlan }, now: () => 0 } as never
  const ending = { status, stoppedAtMs: Date.parse('2026-03-01T07:00:00Z') }
  for (const _ of [1, 2]) await closeRun(ports, runningRun, ending)
  const rows = await store.listTaskInstances(runningRun)
  return {
    run: await store.getRun(runningRun),
    states: Object.fromEntries(
      rows.map((row) => [row.mapIndex < 0 ? row.taskId : `${row.taskId}#${row.mapIndex}`, row.state]),
    ),
    summary: rows.find((row) => row.taskId === 'm' && row.mapIndex < 0)?.entry,
  }
}

describe('a run whose execution failed fast', () => {
  test('closes running tasks as failed and skips those that had not begun', async () => {
    const records = [
      recordOf('a', { state: 'failed', tryNumber: 1 }),
      recordOf('b', { state: 'running', tryNumber: 1 }),
      recordOf('m', { mapIndex: 0 }),
      recordOf('m', { mapIndex: 1, state: 'running', tryNumber: 1 }),
    ]
    const { run, states, summary } = await closed('FAILED', { onFailure: 'failFast' }, records)
    expect(states).toEqual({ a: 'failed', b: 'failed', c: 'skipped', m: 'failed', 'm#0': 'success', 'm#1': 'failed' })
    expect(summary).toEqual({ s: 'failed', c: [1, 0, 1, 0] })
    expect(run).toMatchObject({ state: 'failed', reason: 'task_failed' })
    expect(run).not.toHaveProperty('failing')
  })

  test('that does not fail fast is closed by its rules', async () => {
    const { states } = await closed('FAILED', {}, [recordOf('a', { state: 'failed', tryNumber: 1 })])
    expect(states).toMatchObject({ a: 'failed', c: 'upstream_failed' })
  })
})

test.each([
  ['running', 'failed'],
  ['up_for_reschedule', 'failed'],
  ['deferred', 'failed'],
  ['awaiting_input', 'failed'],
  ['up_for_retry', 'skipped'],
] as const)('a task that was %s when its execution was aborted is %s', async (before: TaskState, after) => {
  const { states } = await closed('ABORTED', {}, [recordOf('b', { state: before, tryNumber: 1 })])
  expect(states).toMatchObject({ a: 'skipped', b: after, c: 'skipped' })
})

test('instances that had not ended are skipped by a timeout', async () => {
  const records = [recordOf('m', { mapIndex: 0 }), recordOf('m', { mapIndex: 1, state: 'running', tryNumber: 1 })]
  const { states, summary } = await closed('TIMED_OUT', {}, records)
  expect(states).toMatchObject({ m: 'success', 'm#1': 'skipped' })
  expect(summary).toEqual({ s: 'success', c: [1, 1, 0, 0] })
})
