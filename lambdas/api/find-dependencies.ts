/** Why a task that is not decided does not run yet. Airflow answers an empty list for every other state. */
import type { RunStore, TaskInstance } from '../../run-model/index.ts'
import type { Instance } from './render/task-instance.ts'

export interface Dependency {
  readonly name: string
  readonly reason: string
}

const ended: readonly string[] = ['success', 'failed', 'skipped', 'upstream_failed']

export async function findDependencies(store: RunStore, instance: Instance): Promise<readonly Dependency[]> {
  const { dag, run, task, record } = instance
  if (record !== null || task === null) return []
  if (run.state === 'queued') return [...pauseOf(dag.isPaused), runIs(run.state)]
  if (run.state !== 'running') return [runIs(run.state)]
  const upstreams = await store.getTaskInstances(run, task.upstreams)
  return waitsFor(task.triggerRule, task.upstreams, upstreams)
}

const pauseOf = (isPaused: boolean): readonly Dependency[] =>
  isPaused ? [{ name: 'DAG Not Paused', reason: 'The DAG is paused; its queued runs start when it is unpaused.' }] : []

const runIs = (state: string): Dependency => ({
  name: 'Dagrun Running',
  reason: `The run is ${state}, and tasks start only in a run that is running.`,
})

function waitsFor(rule: string, upstreamIds: readonly string[], records: readonly TaskInstance[]) {
  const done = new Set(records.filter((one) => ended.includes(one.state)).map((one) => one.taskId))
  const open = upstreamIds.filter((id) => !done.has(id))
  if (open.length === 0) return []
  const reason = `Rule ${rule} waits for ${open.length} of ${upstreamIds.length} upstream tasks: ${open.join(', ')}.`
  return [{ name: 'Trigger Rule', reason }]
}
