/**
 * Starts a part of the DAG as an execution of its own and waits for it. Its tasks see what is known here in their outermost
 * frame; it hands back the entries that somebody outside reads.
 */
import { childPlaceholder } from '../child-machines.ts'
import type { Scope } from '../emission.ts'
import { expression, unchangedInput } from '../expressions.ts'
import type { AslState } from '../machine.ts'
import { leaving, type Target } from './target.ts'
import { catching, type Failure } from './task.ts'

/** Starting again under the same name is harmless while the child has not ended: Step Functions then finds it. */
const notStarted = [
  'StepFunctions.ExecutionLimitExceededException',
  'StepFunctions.StepFunctionsException',
  'StepFunctions.SdkClientException',
]

const redrives = '$states.context.Execution.RedriveCount'

/** @param position of the child among the DAG's children, from 0 */
export function childState(position: number, scope: Scope, target: Target, failure: Failure | null): AslState {
  // A state that a redrive enters again starts a new execution, so its name says which one it is.
  const name = `${scope.execution}&'.${position + 1}.'&$string($exists(${redrives})?${redrives}:0)`
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::states:startExecution.sync:2',
    Arguments: {
      StateMachineArn: `\${${childPlaceholder(position)}}`,
      Name: expression(name),
      Input: {
        '^': unchangedInput,
        '^x': expression(scope.execution),
        '^run': expression("$states.context.Execution.Input.'^run'"),
      },
    },
    Retry: [{ ErrorEquals: notStarted, IntervalSeconds: 2, MaxAttempts: 6, BackoffRate: 2, JitterStrategy: 'FULL' }],
    ...catching(failure),
    ...leaving(scope, target, withOutput),
  }
}

/** The service integration hands over JSON, as text or read already. */
const output = "($type($states.result.Output)='string'?$parse($states.result.Output):$states.result.Output)"
const withOutput = `$merge([$states.input,${output}])`

/** Used where failures are caught: the finalizer settles the tasks of a child that ended without saying how they did. */
export const childFailure = (next: string): Failure => ({ data: '$states.input', next })
