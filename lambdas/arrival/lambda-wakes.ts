/**
 * The edge to Lambda: a call that was held at a gate goes to its function as an event. Lambda keeps events until the function
 * has taken them and may deliver one twice; what goes wrong afterwards reaches the reconciler (decision 0147).
 */
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda'
import type { ArrivalPorts } from './arrive-at-gates.ts'

/** Lambda could not be reached, or did not take the event. */
class LambdaError extends Error {
  override readonly name = 'LambdaError'
}

/** @throws LambdaError: call it again, a task that is woken twice runs once. */
export function wakeThrough(lambda: Pick<LambdaClient, 'send'>): ArrivalPorts['wake'] {
  return async (FunctionName, call) => {
    // An event may have 1 MB (Lambda quota), what Step Functions sends 256 KiB: a call always fits.
    const Payload = JSON.stringify(call)
    try {
      await lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload }))
    } catch (error) {
      throw new LambdaError(`Task "${call.task}" could not be woken at its gate.`, { cause: error })
    }
  }
}
