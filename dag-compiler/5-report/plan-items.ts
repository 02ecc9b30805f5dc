/** Walks over a plan: its gates, and what is inside an item. */
import type { Plan } from '../3-plan/plan.ts'

export type GateItem = Extract<Plan, { t: 'gate' }>

/** Items of a sequence, branches of a Parallel, the body of whatever holds one; none for what stands alone. */
export function insideOf(item: Plan): readonly Plan[] {
  switch (item.t) {
    case 'seq':
      return item.items
    case 'par':
      return item.branches
    case 'map':
    case 'child':
      return [item.body]
    case 'step':
    case 'gate':
      return []
  }
}

/** In the order in which people read them. */
export function gatesOf(plan: Plan): readonly GateItem[] {
  const found: GateItem[] = []
  const stack: Plan[] = [plan]
  for (let item = stack.pop(); item; item = stack.pop()) {
    if (item.t === 'gate') found.push(item)
    stack.push(...insideOf(item).toReversed())
  }
  return found
}

/** How deep Parallels nest. */
export function depthOf(plan: Plan): number {
  const inside = insideOf(plan).reduce((deepest, item) => Math.max(deepest, depthOf(item)), 0)
  return inside + (plan.t === 'par' ? 1 : 0)
}
