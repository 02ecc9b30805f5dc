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

/** In the order in which people read them, what holds others before what it holds. Without recursion. */
export function itemsOf<TKind extends Plan['t']>(plan: Plan, kind: TKind): readonly PlanItem<TKind>[] {
  const found: PlanItem<TKind>[] = []
  const stack: Plan[] = [plan]
  for (let item = stack.pop(); item; item = stack.pop()) {
    if (isOfKind(item, kind)) found.push(item)
    for (const inner of insideOf(item).toReversed()) stack.push(inner)
  }
  return found
}

const isOfKind = <TKind extends Plan['t']>(item: Plan, kind: TKind): item is PlanItem<TKind> => item.t === kind

/** Every gate, whether a state of its own or held by a task, in the order of `itemsOf`. */
export const gatesOf = (plan: Plan): readonly GateItem[] => [
  ...itemsOf(plan, 'gate'),
  ...gatedSteps(plan).map(({ gate }) => gate),
]

/** Tasks that hold a gate in their own state. */
export const gatedSteps = (plan: Plan): readonly (PlanItem<'step'> & { readonly gate: GateItem })[] =>
  itemsOf(plan, 'step').flatMap((step) => (step.gate ? [{ ...step, gate: step.gate }] : []))

/** How deep Parallels nest. */
export function depthOf(plan: Plan): number {
  const inside = insideOf(plan).reduce((deepest, item) => Math.max(deepest, depthOf(item)), 0)
  return inside + (plan.t === 'par' ? 1 : 0)
}
