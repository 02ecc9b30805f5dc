/**
 * Which setups each task's turn depends on (semantics §9): those upstream of it whose teardown is downstream of it, and those
 * upstream without teardown. The same as Airflow's `get_upstreams_only_setups`; teardowns depend on none this way.
 */
import type { Network } from './network.ts'
import { reachedFrom } from './reach.ts'

/** By task number: numbers of setups in topological order. Tasks without any are left out. */
export function findSetups({ tasks, order, upstreams, downstreams }: Network): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>()
  for (const setup of order) {
    if (!tasks[setup]?.isSetup) continue
    const teardowns = (downstreams[setup] ?? []).filter((task) => tasks[task]?.teardown)
    const beforeTeardown = reachedFrom(teardowns, upstreams)
    for (const task of reachedFrom([setup], downstreams)) {
      const isBetween = teardowns.length === 0 || beforeTeardown.has(task)
      if (isBetween && !tasks[task]?.teardown) found.set(task, [...(found.get(task) ?? []), setup])
    }
  }
  return found
}
