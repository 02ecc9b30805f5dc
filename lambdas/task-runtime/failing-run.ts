/** What a failure of one task means for others of its run: whether they begin, and whether one that runs or waits has to stop. */
import { type Run, type RunRef, type RunStore, stopsOnFailure, type Wiring } from '../../run-model/index.ts'
import type { Situation } from './read-situation.ts'

/** A task failed for good in a run that failures stop: nothing else begins. Teardowns do, which is for the caller to say. */
export const isStopping = (wiring: Wiring, run: Run): boolean => stopsOnFailure(wiring) && isMarked(run)

/** Whether a task that has begun must look if its run is failing: only where the DAG fails fast. */
export const isAborted = ({ onFailure }: Wiring, { task }: Pick<Situation, 'task'>): boolean =>
  onFailure === 'failFast' && !task.teardownOf

export const isFailing = async (store: Pick<RunStore, 'getRun'>, ref: RunRef): Promise<boolean> =>
  isMarked(await store.getRun(ref))

const isMarked = (run: Run | null): boolean => run?.state === 'running' && run.failing === true
