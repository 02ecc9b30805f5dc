/**
 * Whether a called task runs now. What is recorded comes first: an end is never decided anew, and a decision to run is never
 * revoked, not by a later call of a task that has begun, and not for an early rule whose upstream was said to have failed
 * after all (decision 0043).
 */
import { decideTurn, type StatusEntry, type Wiring } from '../../run-model/index.ts'
import { isTerminal } from '../arrival/index.ts'
import { isStopping } from './failing-run.ts'
import type { Situation } from './read-situation.ts'

/** Any status: the task does not run. */
export type TaskDecision = 'run' | Exclude<StatusEntry, 'success'>

/** @throws Error for an upstream that is undecided: the machine must not have reached this task. */
export function decideTask(wiring: Wiring, situation: Situation): TaskDecision {
  const { task, record, isReleased, mapIndex } = situation
  const hasBegun = record !== null && !isTerminal(record.state)
  const isStopped = isStopping(wiring, situation.run) && task.teardownOf === undefined
  if (isStopped && (!hasBegun || wiring.onFailure === 'failFast')) {
    // What failed upstream is said of a task as it is of those that the machine jumps over without calling them.
    const isDoomed = !hasBegun && !isReleased && decideTurn(task, situation.entryOf) === 'upstream_failed'
    return hasBegun ? 'failed' : isDoomed ? 'upstream_failed' : 'skipped'
  }
  if (hasBegun) return 'run'
  if (situation.whole && isTerminal(situation.whole.state) && isDecidedOutside(situation)) return 'skipped'
  // The expand call decided the rule; instances only exist because it said "run".
  if (mapIndex >= 0 && task.mapped && isReleased) return 'run'
  const decision = decideTurn(task, situation.entryOf)
  if (decision !== 'undecided') return decision
  if (isReleased) return 'run'
  const missing = [...task.upstreams, ...(task.setups ?? [])].filter((key) => situation.entryOf(key) === undefined)
  throw new Error(
    `Task "${task.taskId}" was started before its upstreams ended: ${missing.join(', ')}. The compiled plan is wrong; please report this bug.`,
  )
}

/** A decider outside a mapped group skips a member for every index at once. */
const isDecidedOutside = ({ whole, task }: Situation): boolean =>
  task.mappedGroup !== undefined && whole?.state === 'skipped' && whole.entry === undefined
