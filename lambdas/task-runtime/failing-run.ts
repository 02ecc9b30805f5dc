/** Whether a task that runs or waits has to stop because another one failed: only where the DAG fails fast. */
import type { RunRef, RunStore, Wiring } from '../../run-model/index.ts'
import type { Situation } from './read-situation.ts'

export const isAborted = ({ onFailure }: Wiring, { task }: Pick<Situation, 'task'>): boolean =>
  onFailure === 'failFast' && !task.teardownOf

export async function isFailing(store: Pick<RunStore, 'getRun'>, ref: RunRef): Promise<boolean> {
  const run = await store.getRun(ref)
  return run?.state === 'running' && run.failing === true
}
