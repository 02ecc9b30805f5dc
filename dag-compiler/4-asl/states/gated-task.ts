/**
 * A task that holds its own gate: one state for the wait and the work. The call leaves itself at the gate, token and all, and
 * the last upstream's arrival wakes it with a call that no state makes; a gate that is open already costs nothing, the
 * task runs in the first call (decision 0132).
 */
import type { GraphTask } from '../../2-graph/graph.ts'
import type { Emission, Scope } from '../emission.ts'
import { expression, withEntry } from '../expressions.ts'
import type { AslState } from '../machine.ts'
import { rearmSeconds } from '../waits.ts'
import { rearming } from './gate.ts'
import { retriersOf } from './retry.ts'
import { leaving, type Target } from './target.ts'
import { callOf, catching, type Failure } from './task.ts'

export function gatedTaskState(
  emission: Emission,
  scope: Scope,
  task: GraphTask,
  target: Target,
  failure: Failure | null,
): AslState {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Arguments: callOf(emission, scope, task.key, {
      token: expression('$states.context.Task.Token'),
      gate: true,
    }),
    TimeoutSeconds: rearmSeconds,
    // A time-out says that nobody has woken the task yet, whatever its retries are for.
    Retry: [rearming(emission.graph.dagrunTimeout), ...retriersOf(task)],
    ...catching(failure),
    ...leaving(scope, target, withEntry(task.key, '$states.result.s')),
  }
}
