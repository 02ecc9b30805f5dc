/**
 * `latestOnly()`: true while this run is the latest its schedule asks for, so that a catch-up skips what only the present
 * needs (semantics §6). A manual run always is.
 */
import { nextTick } from '../../run-model/index.ts'
import type { TaskPorts, TaskProgram } from './ports.ts'
import type { Try } from './run-try.ts'

export async function isLatestRun(
  { store, now }: TaskPorts,
  _program: TaskProgram,
  { situation: { run } }: Try,
): Promise<boolean> {
  if (run.runType === 'manual') return true
  const manifest = await store.getManifestByPlan(run.dagId, run.planHash)
  if (!manifest)
    throw new Error(`The deployment of DAG "${run.dagId}" with plan ${run.planHash} is gone; deploy it again.`)
  const next = nextTick(manifest.schedule, run.runAfter)
  return next === null || now() < Date.parse(next)
}
