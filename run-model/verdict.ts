/**
 * Ends of a run: which statuses the tasks must have that left no record, and the run's final state from its leaves
 * (semantics §2). Used where the state machine's own data is missing or incomplete.
 */
import type { StatusEntry } from './task-call.ts'
import { decideTriggerRule } from './trigger-rule.ts'
import type { TaskWiring, Wiring } from './wiring.ts'

export type Statuses = Readonly<Record<string, StatusEntry>>

/**
 * Completes the statuses of an execution that has ended, in topological order. A task whose rule says "run" and that has
 * no status was started and never answered, so it failed; any other gets what its rule says.
 *
 * @param known task key → status, as recorded or as the state data has it. Never changed, only added to. Only own
 *   properties count: `constructor` is a legal task id.
 */
export function inferStatuses(wiring: Wiring, known: Readonly<Record<string, StatusEntry | undefined>>): Statuses {
  const statuses: Record<string, StatusEntry> = Object.create(null)
  let pending = Object.keys(wiring.tasks)
  while (pending.length > 0) {
    // A second round is rare: JavaScript lists keys such as `10` and `9` by number, not as the wiring wrote them.
    const waiting = pending.filter((key) => {
      const task = wiring.tasks[key]!
      const recorded = Object.hasOwn(known, key) ? known[key] : undefined
      if (!recorded && task.upstreams.some((upstream) => !statuses[upstream])) return true
      statuses[key] = recorded ?? inferred(task, statuses)
      return false
    })
    if (waiting.length === pending.length) throw new Error(`wiring ${wiring.hash} has a cycle: ${waiting.join(', ')}`)
    pending = waiting
  }
  return statuses
}

function inferred(task: TaskWiring, statuses: Statuses): StatusEntry {
  const upstreams = task.upstreams.map((upstream) => statuses[upstream])
  const decision = decideTriggerRule(task.triggerRule, upstreams)
  return decision === 'skipped' || decision === 'upstream_failed' ? decision : 'failed'
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
