/**
 * Tells the task that waits for a run how the run ended. Whoever ends a run calls this after the end is recorded, and
 * again whenever it finds the run ended; a task that was told already is left as it is.
 */
import type { Run, RunRef, TriggeringTry } from '../../run-model/index.ts'
import { type Completion, type CompletionPorts, completeTask } from './complete-task.ts'

/** Costs nothing for a run that nobody waits for. @throws StoreError, StepFunctionsError: call it again. */
export async function completeWaiter(ports: CompletionPorts, run: Run | null): Promise<void> {
  if (run?.state !== 'success' && run?.state !== 'failed') return
  const { triggeredFrom } = run
  if (!triggeredFrom?.allowedStates) return
  await completeTask(ports, triggeredFrom, endOfTriggered(triggeredFrom, run, run.state))
}

/** How the end of the triggered run ends the task that waits for it. */
export function endOfTriggered(
  { allowedStates = [] }: Pick<TriggeringTry, 'allowedStates'>,
  { dagId, runId }: RunRef,
  state: 'success' | 'failed',
): Completion {
  if (allowedStates.includes(state)) return { state: 'success', value: state }
  const message = `Run "${runId}" of DAG "${dagId}", which this task waited for, ended as ${state}.`
  return { state: 'failed', error: { name: 'DagRunFailedException', message, causes: [] } }
}
