/**
 * A task that waits for an answer from outside, without compute: a person, another run, a system that was given the task's
 * key. The call stores the state's token; whoever completes the task sends it back. When nothing came in time the state
 * calls again, and the wrapper, which sees that the time is over, settles the task.
 */
import type { GraphTask } from '../../2-graph/graph.ts'
import type { Emission, Scope } from '../emission.ts'
import { expression, withEntry } from '../expressions.ts'
import type { AslState } from '../machine.ts'
import { answerSecondsOf } from '../waits.ts'
import { retriersOf } from './retry.ts'
import { leaving, type Target } from './target.ts'
import { callOf, catching, type Failure } from './task.ts'

/** A state waits longer than the records say, so that the wrapper always finds the time over. */
const backstopSeconds = 60
/** A STANDARD execution lasts at most a year (Step Functions quota). */
const longestExecutionSeconds = 366 * 86_400

export function tokenState(
  emission: Emission,
  scope: Scope,
  task: GraphTask,
  target: Target,
  failure: Failure | null,
): AslState {
  const heartbeat = heartbeatOf(task)
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Arguments: callOf(emission, scope, task.key, { token: expression('$states.context.Task.Token') }),
    TimeoutSeconds:
      Math.ceil(answerSecondsOf(task) ?? emission.graph.dagrunTimeout ?? longestExecutionSeconds) + backstopSeconds,
    ...(heartbeat === null ? {} : { HeartbeatSeconds: Math.max(1, Math.ceil(heartbeat)) }),
    Retry: retriersOf(task),
    ...catching(failure),
    ...leaving(scope, target, withEntry(task.key, '$states.result.s')),
  }
}

const heartbeatOf = ({ options }: GraphTask): number | null =>
  options?.kind === 'deferrable' ? options.heartbeat : null
