/** The edge to Step Functions: a task token goes out, and a state that no longer waits for it is no error. */
import {
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn'
import type { TokenAnswer } from './arrive-at-gates.ts'

/** A state that timed out holds a newer token, or has found its flag; either way it goes on without this one. */
const nobodyWaits = new Set(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'])

/** Characters of `cause` and `error` (Step Functions API, SendTaskFailure). */
export const longestCause = 32_768
const longestError = 256

/** Step Functions could not be reached or refused the call. */
class StepFunctionsError extends Error {
  override readonly name = 'StepFunctionsError'
}

type Sfn = Pick<SFNClient, 'send'>

/** @returns a function that ends the state waiting for `token`. Repeating a token changes nothing. */
export function releaseThrough(stepFunctions: Sfn): (token: string, answer?: TokenAnswer) => Promise<void> {
  return async (taskToken, answer) => {
    await sent(() => send(stepFunctions, taskToken, answer))
  }
}

/** @returns a function that shows a sign of life for `token`; false: nobody waits for it any more. */
export function heartbeatThrough(stepFunctions: Sfn): (token: string) => Promise<boolean> {
  return (taskToken) => sent(() => stepFunctions.send(new SendTaskHeartbeatCommand({ taskToken })))
}

function send(stepFunctions: Sfn, taskToken: string, answer: TokenAnswer | undefined): Promise<unknown> {
  if (answer && 'error' in answer) {
    const error = answer.error.slice(0, longestError)
    const cause = answer.cause.slice(0, longestCause)
    return stepFunctions.send(new SendTaskFailureCommand({ taskToken, error, cause }))
  }
  const output = JSON.stringify(answer?.output ?? {})
  return stepFunctions.send(new SendTaskSuccessCommand({ taskToken, output }))
}

async function sent(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call()
    return true
  } catch (error) {
    if (error instanceof Error && nobodyWaits.has(error.name)) return false
    throw new StepFunctionsError('A waiting state could not be told to go on.', { cause: error })
  }
}
