/**
 * Which statuses can occur together among a task's upstreams. Every trigger rule asks only which statuses occur at all, so
 * 15 sets of statuses stand for all combinations, however many upstreams there are.
 */
import type { StatusEntry } from '../../run-model/index.ts'

/** One upstream. `isMany`: a mapped one, whose instances may end differently. */
export interface Supplier {
  readonly statuses: ReadonlySet<StatusEntry>
  readonly isMany: boolean
}

const statuses = ['success', 'skipped', 'failed', 'upstream_failed'] as const satisfies readonly StatusEntry[]
/** Every set of statuses but the empty one. */
const patterns = Array.from({ length: 2 ** statuses.length - 1 }, (_, bits) =>
  statuses.filter((_, at) => ((bits + 1) >> at) & 1),
)

/** @returns the sets S for which every supplier can end with a status of S and every status of S occurs */
export function statusPatterns(suppliers: readonly Supplier[]): readonly (readonly StatusEntry[])[] {
  if (suppliers.length === 0) return []
  return patterns.filter((pattern) => fits(suppliers, pattern))
}

function fits(suppliers: readonly Supplier[], pattern: readonly StatusEntry[]): boolean {
  if (!suppliers.every(({ statuses: own }) => pattern.some((status) => own.has(status)))) return false
  const ones = suppliers.filter(({ isMany }) => !isMany)
  const open = pattern.filter((status) => !suppliers.some(({ statuses: own, isMany }) => isMany && own.has(status)))
  return subsetsOf(open).every((subset) => hasEnough(ones, subset))
}

/** Hall's condition: statuses find different suppliers iff every few of them have at least as many suppliers. */
function hasEnough(ones: readonly Supplier[], wanted: readonly StatusEntry[]): boolean {
  let count = 0
  for (const { statuses: own } of ones) {
    if (wanted.some((status) => own.has(status))) count++
    if (count >= wanted.length) return true
  }
  return wanted.length === 0
}

const subsetsOf = (pattern: readonly StatusEntry[]): readonly (readonly StatusEntry[])[] =>
  patterns.filter((subset) => subset.every((status) => pattern.includes(status)))
