/**
 * Calls of the platform's finalizer: `arrive` for tasks that cannot speak for themselves, `finalize` at the end. They go
 * to a platform Lambda, never to the DAG's own function, which may be what is broken. Both calls are idempotent.
 */
import { errorNames } from '../../../run-model/index.ts'
import type { Emission, Scope } from '../emission.ts'
import { expression, unchangedInput } from '../expressions.ts'
import type { AslState } from '../machine.ts'
import { leaving, type Target } from './target.ts'

/** Repeating either call changes nothing, so whatever went wrong is tried again: about two minutes in total. */
const patientRetry = {
  ErrorEquals: ['States.ALL'],
  IntervalSeconds: 2,
  MaxAttempts: 6,
  BackoffRate: 2,
  JitterStrategy: 'FULL',
}

/** @param statuses values of `st`; an expression where only the state data knows how a task ended */
export function arriveState(
  { wiringHash }: Emission,
  scope: Scope,
  statuses: readonly (readonly [task: string, status: string])[],
  target: Target,
): AslState {
  return {
    ...finalizerCall({
      do: 'arrive',
      x: expression(scope.execution),
      w: wiringHash,
      st: Object.fromEntries(statuses),
      up: unchangedInput,
      ...(scope.index === null ? {} : { i: expression(scope.index) }),
    }),
    Retry: [patientRetry],
    ...leaving(scope, target, '$states.input'),
  }
}

/**
 * A child execution failed as a whole: the finalizer settles its tasks, and says how those ended that guards, Maps and
 * tasks behind it look for in the state data.
 *
 * @param id of the child
 */
export function settleChildState(
  { wiringHash, children }: Emission,
  scope: Scope,
  id: string,
  target: Target,
): AslState {
  const { live } = children.get(id)!
  return {
    ...finalizerCall({
      do: 'arrive',
      x: expression(scope.execution),
      w: wiringHash,
      st: {},
      up: unchangedInput,
      child: id,
      live,
    }),
    Retry: [patientRetry],
    ...leaving(scope, target, '$merge([$states.input,$states.result.Payload.st])'),
  }
}

/** The verdict is thrown when it is `failed`, so that the execution ends FAILED; that must not be tried again. */
export function finalizeState({ wiringHash }: Emission, { execution }: Scope): AslState {
  return {
    ...finalizerCall({ do: 'finalize', x: expression(execution), w: wiringHash, st: unchangedInput }),
    Retry: [{ ErrorEquals: [errorNames.dagRunFailed], MaxAttempts: 0 }, patientRetry],
    End: true,
  }
}

const finalizerCall = (payload: Readonly<Record<string, unknown>>) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: '${Finalizer}', Payload: payload },
})
