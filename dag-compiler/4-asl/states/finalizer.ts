/**
 * Calls of the platform's finalizer: `arrive` for tasks that cannot speak for themselves, `finalize` at the end. They go
 * to a platform Lambda, never to the DAG's own function, which may be what is broken. Both calls are idempotent.
 */
import { errorNames, type StatusEntry } from '../../../run-model/index.ts'
import { execution, expression, unchangedInput } from '../expressions.ts'
import type { AslState } from '../machine.ts'
import type { Target } from './target.ts'

/** Repeating either call changes nothing, so whatever went wrong is tried again: about two minutes in total. */
const patientRetry = {
  ErrorEquals: ['States.ALL'],
  IntervalSeconds: 2,
  MaxAttempts: 6,
  BackoffRate: 2,
  JitterStrategy: 'FULL',
}

export function arriveState(
  statuses: readonly (readonly [task: string, status: StatusEntry])[],
  wiringHash: string,
  next: string,
): AslState {
  return {
    ...finalizerCall({
      do: 'arrive',
      x: expression(execution),
      w: wiringHash,
      st: Object.fromEntries(statuses),
      up: unchangedInput,
    }),
    Retry: [patientRetry],
    Output: unchangedInput,
    Next: next,
  }
}

/** The verdict is thrown when it is `failed`, so that the execution ends FAILED; that must not be tried again. */
export function finalizeState(wiringHash: string, target: Target): AslState {
  return {
    ...finalizerCall({ do: 'finalize', x: expression(execution), w: wiringHash, st: unchangedInput }),
    Retry: [{ ErrorEquals: [errorNames.dagRunFailed], MaxAttempts: 0 }, patientRetry],
    ...target,
  }
}

const finalizerCall = (payload: Readonly<Record<string, unknown>>) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: '${Finalizer}', Payload: payload },
})
