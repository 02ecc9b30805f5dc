/** Walks over a plan: what is inside an item, and every item of a kind. */
import type { GateItem, Plan } from './plan.ts'

export type PlanItem<TKind extends Plan['t']> = Extract<Plan, { t: TKind }>

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

/** In the order in which people read them, what holds others before what it holds. */
export function itemsOf<TKind extends Plan['t']>(plan: Plan, kind: TKind): readonly PlanItem<TKind>[] {
  return found(plan, (item) => (isOfKind(item, kind) ? item : undefined))
}

const isOfKind = <TKind extends Plan['t']>(item: Plan, kind: TKind): item is PlanItem<TKind> => item.t === kind

/** Every gate, whether a state of its own or held by a task, in the order of `itemsOf`. */
export const gatesOf = (plan: Plan): readonly GateItem[] => found(plan, gateAt)

/** The gate that an item is, or holds for itself. */
export function gateAt(item: Plan): GateItem | undefined {
  if (item.t === 'gate') return item
  return item.t === 'step' ? item.gate : undefined
}

/** Without recursion: a plan may be long and deep. */
function found<T>(plan: Plan, wanted: (item: Plan) => T | undefined): readonly T[] {
  const all: T[] = []
  const stack: Plan[] = [plan]
  for (let item = stack.pop(); item; item = stack.pop()) {
    const one = wanted(item)
    if (one !== undefined) all.push(one)
    for (const inner of insideOf(item).toReversed()) stack.push(inner)
  }
  return all
}

/** How deep Parallels nest. */
export function depthOf(plan: Plan): number {
  const inside = insideOf(plan).reduce((deepest, item) => Math.max(deepest, depthOf(item)), 0)
  return inside + (plan.t === 'par' ? 1 : 0)
}
