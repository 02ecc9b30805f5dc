/**
 * Whether it is a task's turn: its setups first, then its trigger rule (semantics §7 and §9). The one implementation for
 * task wrapper, gates and finalizer.
 */
import { instancesOf } from './instance-counts.ts'
import type { StateEntry } from './task-call.ts'
import { decideTriggerRule, type RuleDecision } from './trigger-rule.ts'
import type { TaskWiring } from './wiring.ts'

type Turn = Pick<TaskWiring, 'triggerRule' | 'upstreams' | 'setups' | 'teardownOf'>

/** @param entryOf how a task ended, by key; undefined: not terminal yet. */
export function decideTurn(task: Turn, entryOf: (key: string) => StateEntry | undefined): RuleDecision {
  const bySetups = decideSetups((task.setups ?? []).map(entryOf))
  return bySetups === 'run' ? decideByRule(task, entryOf) : bySetups
}

function decideByRule(task: Turn, entryOf: (key: string) => StateEntry | undefined): RuleDecision {
  const upstreams = task.upstreams.map(entryOf)
  if (task.triggerRule !== 'all_done_setup_success') return decideTriggerRule(task.triggerRule, upstreams)
  // A teardown waits for everything before it; whether it runs is a matter of its setups.
  if (decideTriggerRule('all_done', upstreams) === 'undecided') return 'undecided'
  return decideTriggerRule('all_done_setup_success', (task.teardownOf ?? []).map(entryOf))
}

/** An implicit `all_success` over the setups a task works under. */
const decideSetups = (setups: readonly (StateEntry | undefined)[]): RuleDecision =>
  decideTriggerRule('all_success', setups)

/** Whether any instance, or the task itself, failed. */
export const hasFailed = (entry: StateEntry): boolean => instancesOf(entry)[2] > 0
