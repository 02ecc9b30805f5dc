/**
 * A task: one call of the DAG's own Lambda. The wrapper inside decides the trigger rule, enforces the timeout and writes
 * the records; the state carries the call, the delays between tries, and where a failure goes on.
 */
import type { GraphTask } from '../../2-graph/graph.ts'
import { execution, expression, unchangedInput, withAnswer } from '../expressions.ts'
import type { AslState } from '../machine.ts'
import { retriersOf } from './retry.ts'
import { leaving, type Target } from './target.ts'

/** Longest run of a Lambda function (AWS quota). */
const lambdaTimeoutSeconds = 900
/** The wrapper ends a try that is too long. The state's own limit only catches an answer that never comes. */
const backstopSeconds = 60

export interface Failure {
  /** Data after the failure. */
  readonly data: string
  readonly next: string
}

export function taskState(task: GraphTask, wiringHash: string, target: Target, failure: Failure): AslState {
  const payload = {
    x: expression(execution),
    w: wiringHash,
    task: task.key,
    try: expression('$states.context.State.RetryCount'),
    up: unchangedInput,
  }
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: '${TaskFunction}', Payload: payload },
    TimeoutSeconds: Math.ceil(task.spec.executionTimeout ?? lambdaTimeoutSeconds) + backstopSeconds,
    Retry: retriersOf(task.spec),
    Catch: [{ ErrorEquals: ['States.ALL'], Output: expression(failure.data), Next: failure.next }],
    ...leaving(target, withAnswer(task.key)),
  }
}
