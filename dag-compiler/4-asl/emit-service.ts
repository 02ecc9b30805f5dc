/**
 * A service task → its states, and where somebody must hear outside of the state data how it ended, a call that tells them:
 * no wrapper of ours runs in it, so success is told too.
 */
import type { StatusEntry } from '../../run-model/index.ts'
import type { Plan } from '../3-plan/plan.ts'
import type { Emission, States } from './emission.ts'
import { entryAt, expression } from './expressions.ts'
import { type Sequence, stateAfterFailure, targetAt } from './sequence.ts'
import { mayGoOtherwise, serviceStates } from './service/index.ts'
import { withFailure } from './service/result.ts'
import { arriveState } from './states/finalizer.ts'
import { landing, type Target } from './states/target.ts'
import type { Failure } from './states/task.ts'

export function emitService(
  emission: Emission,
  sequence: Sequence,
  at: number,
  step: Extract<Plan, { t: 'step' }>,
): States {
  const { names, links, tasks, services, exposes } = emission
  const { scope } = sequence
  const task = tasks.get(step.tasks[0]!)!
  const facts = services.get(task.key)!
  const target = targetAt(emission, sequence, at)
  const isLinked = (scope.index === null ? links.linked : links.linkedInside).has(task.key)
  const arrive = names.arrive(step.id)
  const told: Target = isLinked ? { Next: arrive } : target
  const { failure, states: afterFailure } = failureOf(emission, sequence, at, task.key)
  const otherwise = 'Next' in told ? told.Next : (sequence.landing ?? names.landing(step.id))
  // Where failures are fatal a branch has no landing, but a task that does not run is no failure.
  const hasOwnLanding = 'End' in told && sequence.landing === null && mayGoOtherwise(task, facts)
  const own = [[task.key, expression(entryAt(task.key, 0))]] as const
  return [
    ...serviceStates({
      emission,
      scope,
      task,
      facts,
      exposes: exposes.get(task.key) ?? [],
      target: told,
      failure,
      otherwise,
    }),
    ...(isLinked ? [[arrive, arriveState(emission, scope, own, target)] as const] : []),
    ...(hasOwnLanding ? [[otherwise, landing(scope)] as const] : []),
    ...afterFailure,
  ]
}

interface AfterFailure {
  readonly failure: Failure | null
  readonly states: States
}

/** A failure is told by a state of its own: it may jump further than success, and may mark the run as failing. */
function failureOf(emission: Emission, sequence: Sequence, at: number, key: string): AfterFailure {
  const { names, failures, deadPaths, links } = emission
  if (failures === 'fatal') return { failure: null, states: [] }
  const { scope } = sequence
  const { live, linked } = deadPaths.get(key) ?? { live: [], linked: [] }
  const data = withFailure(key, live)
  const next = stateAfterFailure(emission, sequence, at)
  const isLinked = (scope.index === null ? links.linked : links.linkedInside).has(key)
  if (!isLinked && linked.length === 0 && failures !== 'reported') return { failure: { data, next }, states: [] }
  const tell = names.arrive(`${key}:failed`)
  const own = [[key, expression(entryAt(key, 0))]] as const
  return {
    failure: { data, next: tell },
    states: [[tell, arriveState(emission, scope, [...own, ...linked.map(doomed)], { Next: next })]],
  }
}

const doomed = (task: string): readonly [string, StatusEntry] => [task, 'upstream_failed']
