/**
 * Ends of a run: which statuses the tasks must have that left no record, and the run's final state from its leaves
 * (semantics §2). Used where the state machine's own data is missing or incomplete.
 */
import type { StatusEntry } from './task-call.ts'
import { decideTriggerRule } from './trigger-rule.ts'
import type { Wiring } from './wiring.ts'

export type Statuses = Readonly<Record<string, StatusEntry>>

/**
 * Completes the statuses of an execution that has ended, in topological order. A task whose rule says "run" and that has
 * no status was started and never answered, so it failed; any other gets what its rule says.
 *
 * @param known task key → status, as recorded or as the state data has it. Never changed, only added to.
 */
export function inferStatuses(wiring: Wiring, known: Readonly<Record<string, StatusEntry | undefined>>): Statuses {
  const statuses: Record<string, StatusEntry> = {}
  for (const [key, task] of Object.entries(wiring.tasks)) {
    const recorded = known[key]
    if (recorded) {
      statuses[key] = recorded
      continue
    }
    const decision = decideTriggerRule(
      task.triggerRule,
      task.upstreams.map((upstream) => statuses[upstream]),
    )
    statuses[key] = decision === 'skipped' || decision === 'upstream_failed' ? decision : 'failed'
  }
  return statuses
}

export interface RunVerdict {
  readonly state: 'success' | 'failed'
  /** Keys of the leaves that made the run fail. */
  readonly failedLeaves: readonly string[]
}

/** A leaf that is `failed` or `upstream_failed` fails the run; skipped leaves do not, not even all of them. */
export function runVerdict(wiring: Wiring, statuses: Statuses): RunVerdict {
  const failedLeaves = wiring.leaves.filter((leaf) => {
    const status = statuses[leaf]
    return status === 'failed' || status === 'upstream_failed'
  })
  return { state: failedLeaves.length > 0 ? 'failed' : 'success', failedLeaves }
}
