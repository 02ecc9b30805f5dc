/** The edge to Step Functions: a task token goes out, and a state that no longer waits for it is no error. */
import { SendTaskSuccessCommand, type SFNClient } from '@aws-sdk/client-sfn'

/** A gate that timed out holds a newer token, or has found its flag; either way it goes on without this one. */
const nobodyWaits = new Set(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'])

/** Step Functions could not be reached or refused the call. */
class StepFunctionsError extends Error {
  override readonly name = 'StepFunctionsError'
}

/** @returns a function that ends the state waiting for `token`. Repeating a token changes nothing. */
export function releaseThrough(stepFunctions: Pick<SFNClient, 'send'>): (token: string) => Promise<void> {
  return async (taskToken) => {
    try {
      await stepFunctions.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }))
    } catch (error) {
      if (error instanceof Error && nobodyWaits.has(error.name)) return
      throw new StepFunctionsError('A waiting gate could not be released.', { cause: error })
    }
  }
}
