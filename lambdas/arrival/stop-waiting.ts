/**
 * A run that fails fast does not wait for people, outside work or other runs any more. Whoever marks it calls this afterwards,
 * and a task looks at the mark after it has begun to wait, so none is missed. Repeating it changes nothing.
 */
import { errorNames, type RunRef, type RunStore, type Wiring } from '../../run-model/index.ts'
import { type Completion, type CompletionPorts, completeTask } from './complete-task.ts'
import { inBounds } from './in-bounds.ts'
import { wiringOf } from './waiting-records.ts'

interface StoppingPorts extends CompletionPorts {
  readonly store: CompletionPorts['store'] & Pick<RunStore, 'listTaskInstances'>
}

/** Ends the try and the task: by the name of an author's `FailTask`. */
export const stoppedByRun = (taskId: string): Completion => ({
  state: 'failed',
  isFinal: true,
  error: {
    name: errorNames.failTask,
    message: `Task "${taskId}" was stopped because another task of the run failed, and the DAG fails fast.`,
    causes: [],
  },
})

/** Teardowns wait on. @throws StoreError, StepFunctionsError: call it again. */
export async function stopWaiting(ports: StoppingPorts, wiring: Wiring, run: RunRef): Promise<void> {
  const waiting = (await ports.store.listTaskInstances(run)).filter(
    ({ state, taskId }) =>
      (state === 'deferred' || state === 'awaiting_input') && wiringOf(wiring, taskId).teardownOf === undefined,
  )
  await inBounds(waiting, (record) => completeTask(ports, record, stoppedByRun(record.taskId)))
}
