/** A task → its state, and where somebody must hear of its failure outside of the state data, a call that tells them. */
import type { StatusEntry } from '../../run-model/index.ts'
import type { StepItem } from '../3-plan/plan.ts'
import type { Emission, States } from './emission.ts'
import { emitService } from './emit-service.ts'
import { withStatuses } from './expressions.ts'
import type { AslState } from './machine.ts'
import { type Sequence, stateAfterFailure, targetAt } from './sequence.ts'
import { arriveState } from './states/finalizer.ts'
import { gatedTaskState } from './states/gated-task.ts'
import type { Target } from './states/target.ts'
import { type Failure, taskState } from './states/task.ts'
import { tokenState } from './states/token-task.ts'

export function emitStep(emission: Emission, sequence: Sequence, at: number, step: StepItem): States {
  if (step.exec === 'service') return emitService(emission, sequence, at, step)
  const { names, failures, deadPaths, tasks } = emission
  const key = step.tasks[0]!
  const task = tasks.get(key)!
  const target = targetAt(emission, sequence, at)
  const state = (failure: Failure | null): AslState => {
    if (step.exec === 'token') return tokenState(emission, sequence.scope, task, target, failure)
    if (step.gate) return gatedTaskState(emission, sequence.scope, task, target, failure)
    const endsRun = isLastOfRun(emission, sequence, at)
    return taskState(emission, sequence.scope, task, endsRun ? { End: true } : target, failure, endsRun)
  }
  if (failures === 'fatal') return [[step.id, state(null)]]
  const { live, linked } = deadPaths.get(key) ?? { live: [], linked: [] }
  const data = withStatuses(failedAnd(key, live))
  const goesOn = stateAfterFailure(emission, sequence, at)
  if (!isReported(emission, sequence, key) && linked.length === 0) return [[step.id, state({ data, next: goesOn })]]
  const arrive = names.arrive(step.id)
  const told: Target = { Next: goesOn }
  return [
    [step.id, state({ data, next: arrive })],
    [arrive, arriveState(emission, sequence.scope, failedAnd(key, linked), told)],
  ]
}

/**
 * One plain call can settle the run too, which saves the finalizer's. Where failures are fatal nobody would catch its own. What
 * has a gate stands in a branch, never here.
 */
export function isLastOfRun({ failures, names }: Emission, { items, after }: Sequence, at: number): boolean {
  const item = items[at]!
  const isLast = at === items.length - 1 && after === names.finalize
  return isLast && item.t === 'step' && item.exec === 'lambda' && failures !== 'fatal'
}

/** Whether somebody must hear of the task's own failure. */
function isReported({ links, failures }: Emission, { scope }: Sequence, key: string): boolean {
  return failures === 'reported' || (scope.index === null ? links.linked : links.linkedInside).has(key)
}

const failedAnd = (failed: string, doomed: readonly string[]): (readonly [string, StatusEntry])[] => [
  [failed, 'failed'],
  ...doomed.map((task) => [task, 'upstream_failed'] as const),
]
