/**
 * Ends of a run: how the tasks ended that left no record, and the run's final state from its leaves (semantics §2). Used
 * where the state machine's own data is missing or incomplete.
 */
import { decideTurn } from './decide-turn.ts'
import { type StateEntry, type StatusEntry, statusOf } from './task-call.ts'
import type { TaskWiring, Wiring } from './wiring.ts'

/** By task key. */
export type Statuses = Readonly<Record<string, StatusEntry>>
type Entries = Readonly<Record<string, StateEntry>>

/**
 * Completes the entries of an execution that has ended, in topological order. A task that a decider did not choose is
 * skipped. One whose turn it was and that has no entry was started and never answered, so it failed; any other gets what
 * its setups and its rule say.
 *
 * @param known task key → entry, as recorded or as the state data has it. Never changed, only added to. Only own
 *   properties count: `constructor` is a legal task id.
 */
export function inferStatuses(wiring: Wiring, known: Readonly<Record<string, StateEntry | undefined>>): Statuses {
  const entries: Record<string, StateEntry> = Object.create(null)
  const deciders = decidersOf(wiring)
  let pending = Object.keys(wiring.tasks)
  while (pending.length > 0) {
    // A second round is rare: JavaScript lists keys such as `10` and `9` by number, not as the wiring wrote them.
    const waiting = pending.filter((key) => {
      const task = wiring.tasks[key]!
      const recorded = Object.hasOwn(known, key) ? known[key] : undefined
      const before = [
        ...task.upstreams,
        ...(task.setups ?? []),
        ...(task.teardownOf ?? []),
        ...(deciders.get(key) ?? []),
      ]
      if (!recorded && before.some((earlier) => !entries[earlier])) return true
      const isPassedOver = (deciders.get(key) ?? []).some((decider) => passesOver(wiring, decider, key, entries))
      entries[key] = recorded ?? (isPassedOver ? 'skipped' : inferred(task, entries))
      return false
    })
    if (waiting.length === pending.length) throw new Error(`wiring ${wiring.hash} has a cycle: ${waiting.join(', ')}`)
    pending = waiting
  }
  return statusesOf(entries)
}

function statusesOf(entries: Entries): Statuses {
  const statuses: Record<string, StatusEntry> = Object.create(null)
  for (const [key, entry] of Object.entries(entries)) statuses[key] = statusOf(entry)
  return statuses
}

/** Candidate → the deciders that may skip it. */
function decidersOf(wiring: Wiring): ReadonlyMap<string, readonly string[]> {
  const deciders = new Map<string, string[]>()
  for (const [key, { decision }] of Object.entries(wiring.tasks)) {
    for (const candidate of Object.keys(decision?.candidates ?? {})) {
      deciders.set(candidate, [...(deciders.get(candidate) ?? []), key])
    }
  }
  return deciders
}

function passesOver(wiring: Wiring, decider: string, candidate: string, entries: Entries): boolean {
  const entry = entries[decider]
  const keptBy = wiring.tasks[decider]?.decision?.candidates[candidate] ?? []
  // A success that does not tell its choice decides nothing here: the skip rows it wrote are in the records.
  const chosen = typeof entry === 'object' && entry.s === 'success' ? entry.b : undefined
  return chosen !== undefined && !keptBy.some((option) => chosen.includes(option))
}

function inferred(task: TaskWiring, entries: Entries): StateEntry {
  const decision = decideTurn(task, (key) => entries[key])
  return decision === 'skipped' || decision === 'upstream_failed' ? decision : 'failed'
}

export interface RunVerdict {
  readonly state: 'success' | 'failed'
  /** Keys of the tasks that made the run fail: leaves, or any task where a failure stops the run. */
  readonly failedLeaves: readonly string[]
}

/**
 * A leaf that is `failed` or `upstream_failed` fails the run; skipped leaves do not, not even all of them. Where a failure
 * stops the run (`failFast`, `drain`), leaves are skipped because of it, so any failed task fails the run.
 */
export function runVerdict(wiring: Wiring, statuses: Statuses): RunVerdict {
  const isNotMet = (key: string) => statuses[key] === 'failed' || statuses[key] === 'upstream_failed'
  const stopping = stopsOnFailure(wiring)
    ? Object.keys(wiring.tasks).filter((key) => countsForVerdict(wiring, key))
    : []
  const failedLeaves = [...new Set([...wiring.leaves, ...stopping])].filter(isNotMet)
  return { state: failedLeaves.length > 0 ? 'failed' : 'success', failedLeaves }
}

export const stopsOnFailure = ({ onFailure }: Wiring): boolean => onFailure === 'failFast' || onFailure === 'drain'

/** A teardown counts only where it was made a leaf (`onFailureFailDagrun`). */
export const countsForVerdict = (wiring: Wiring, key: string): boolean =>
  wiring.tasks[key]?.teardownOf === undefined || wiring.leaves.includes(key)
