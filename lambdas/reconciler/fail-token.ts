/**
 * A task that was woken at its gate crashed, and its state waits for a word. It gets the one that Step Functions would have
 * got from Lambda, so that its retriers and catchers decide as for any other task. Repeats and stale tokens change nothing.
 */
import { errorNames, type FailedInvocation } from '../../run-model/index.ts'
import type { ReconcilerPorts } from './ports.ts'

/** Step Functions' name for a function that failed without an error type. */
const unknown = 'Lambda.Unknown'

/** @throws StepFunctionsError: Lambda calls again. */
export async function failToken(
  { releaseToken }: Pick<ReconcilerPorts, 'releaseToken'>,
  { requestContext, requestPayload: { token }, responsePayload }: FailedInvocation,
): Promise<void> {
  if (token === undefined) return
  // Lambda gave up before it called the function: no try of the task was made, so its state just calls again.
  const error = responsePayload ? (responsePayload.errorType ?? unknown) : errorNames.taskBusy
  await releaseToken(token, { error, cause: JSON.stringify(responsePayload ?? requestContext) })
}
