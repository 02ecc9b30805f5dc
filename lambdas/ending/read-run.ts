/** The run behind a call of a state machine. A machine only runs for runs that are recorded as started. */
import type { QueuedRun, Run, RunRef, RunStore } from '../../run-model/index.ts'

export type StartedRun = Exclude<Run, QueuedRun>

export async function readStartedRun(store: Pick<RunStore, 'getRun'>, ref: RunRef): Promise<StartedRun> {
  const run = await store.getRun(ref)
  if (run && run.state !== 'queued') return run
  throw new Error(
    `Run "${ref.runId}" of DAG "${ref.dagId}" is ${run ? 'still queued' : 'not recorded'}; start runs through the launcher.`,
  )
}
