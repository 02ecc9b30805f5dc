/**
 * How the instances of a mapped task add up: counts per status, and the one status that stands for all of them in the
 * state data. A state machine's expression does the same after its Map (compiler design §9).
 */
import type { InstanceCounts, StateEntry, StatusEntry } from './task-call.ts'

/** Order of `InstanceCounts`. */
const counted = ['success', 'skipped', 'failed', 'upstream_failed'] as const satisfies readonly StatusEntry[]

/**
 * Any failure fails the whole, then any instance that could not run, as both fail the verdict of a leaf (semantics §2);
 * otherwise any success makes it one; no instances at all are one skipped task.
 */
export function entryOfInstances(statuses: readonly StatusEntry[]): StateEntry {
  const c = countsOf(statuses)
  const [success, , failed, upstreamFailed] = c
  const s = failed > 0 ? 'failed' : upstreamFailed > 0 ? 'upstream_failed' : success > 0 ? 'success' : 'skipped'
  return { s, c }
}

/** An entry as the task instances a trigger rule counts. A task that has none stands for itself. */
export function instancesOf(entry: StateEntry): InstanceCounts {
  const counts = typeof entry === 'object' ? entry.c : undefined
  if (counts?.some((count) => count > 0)) return counts
  return countsOf([typeof entry === 'object' ? entry.s : entry])
}

function countsOf(statuses: readonly StatusEntry[]): InstanceCounts {
  const of = (wanted: StatusEntry) => statuses.filter((status) => status === wanted).length
  return [of(counted[0]), of(counted[1]), of(counted[2]), of(counted[3])]
}
