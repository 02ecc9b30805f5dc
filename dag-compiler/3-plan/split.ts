/**
 * A plan that one machine cannot hold → the same plan with parts of it as child executions. Parts are whole items of a
 * sequence or whole branches of a Parallel, so nothing waits for more than before (design §4.10).
 */
import type { Plan } from './plan.ts'

/** What a part takes of a machine's limits. */
export interface Weight {
  readonly bytes: number
  readonly events: number
}

export interface SplitOptions {
  /** Of a step, map or gate; what a sequence or Parallel holds is added up. */
  readonly weigh: (leaf: Plan) => Weight
  readonly budget: Weight
  /** Most Parallels inside each other. */
  readonly deepest: number
  /** Position of a task in topological order. */
  readonly position: (task: string) => number
}

/** A weight, and how many Parallels nest in it. */
type Size = Weight & { readonly depth: number }

/** The state that starts a child, its Catch and the call behind it. */
const childWeight: Size = { bytes: 1600, events: 13, depth: 0 }
const parallelWeight: Size = { bytes: 400, events: 4, depth: 1 }

/** @returns the plan itself when it fits; parts that cannot be made to fit stand alone in their child */
export function splitPlan(plan: Plan, { weigh, budget, deepest, position }: SplitOptions): Plan {
  const weights = new Map<Plan, Size>()
  let children = 0
  return shrunk(plan)

  /** The item, small enough for one machine together with nothing else. */
  function shrunk(node: Plan): Plan {
    if (isWithin(weightOf(node))) return node
    if (node.t === 'seq') return sequence(packed(units(node.items.map(shrunk)), sequence))
    if (node.t === 'par')
      return {
        t: 'par',
        branches: packed(
          node.branches.map((branch) => [shallow(shrunk(branch))]),
          inParallel,
        ),
      }
    return node
  }

  /** One more Parallel around it must be possible. */
  function shallow(branch: Plan): Plan {
    return weightOf(branch).depth < deepest ? branch : childOf(branch)
  }

  /** Neighbours that fit into one machine together become one child; the last ones stay if they fit beside the others. */
  function packed(parts: readonly (readonly Plan[])[], join: (items: readonly Plan[]) => Plan): readonly Plan[] {
    if (isWithin(sum(parts.flat().map(weightOf)))) return parts.flat()
    const bins: Plan[][] = []
    let filled: Size = { bytes: Number.POSITIVE_INFINITY, events: 0, depth: 0 }
    for (const part of parts) {
      const weight = sum(part.map(weightOf))
      const together = sum([filled, weight])
      if (isWithin(together)) bins.at(-1)!.push(...part)
      else bins.push([...part])
      filled = isWithin(together) ? together : weight
    }
    const made = bins.slice(0, -1).map((bin): Plan => childOf(join(bin)))
    const last = bins.at(-1)!
    if (isWithin(sum([...made, ...last].map(weightOf)))) return [...made, ...last]
    made.push(childOf(join(last)))
    return bins.length < parts.length
      ? packed(
          made.map((child) => [child]),
          join,
        )
      : made
  }

  function childOf(body: Plan): Plan {
    if (body.t === 'child') return body
    children += 1
    return { t: 'child', id: `child:${children}`, tasks: tasksOf(body).sort((a, b) => position(a) - position(b)), body }
  }

  function weightOf(node: Plan): Size {
    const known = weights.get(node)
    if (known) return known
    const weight = weightOfContents(node)
    weights.set(node, weight)
    return weight
  }

  function weightOfContents(node: Plan): Size {
    if (node.t === 'child') return childWeight
    if (node.t === 'seq') return sum(node.items.map(weightOf))
    if (node.t !== 'par') return { ...weigh(node), depth: 0 }
    const inside = sum(node.branches.map(weightOf))
    return { ...sum([parallelWeight, inside]), depth: inside.depth + 1 }
  }

  function isWithin({ bytes, events, depth }: Size): boolean {
    return bytes <= budget.bytes && events <= budget.events && depth <= deepest
  }
}

const sum = (sizes: readonly Size[]): Size =>
  sizes.reduce(
    (all, each) => ({
      bytes: all.bytes + each.bytes,
      events: all.events + each.events,
      depth: Math.max(all.depth, each.depth),
    }),
    { bytes: 0, events: 0, depth: 0 },
  )

/** How many Parallels nest in a machine; what a child holds is not of it. */
export function nestingOf(plan: Plan): number {
  if (plan.t === 'seq') return Math.max(...plan.items.map(nestingOf))
  return plan.t === 'par' ? 1 + Math.max(...plan.branches.map(nestingOf)) : 0
}

/** A gate and what it holds back stay together: its state leads on to the next one. */
function units(items: readonly Plan[]): readonly (readonly Plan[])[] {
  const found: Plan[][] = []
  items.forEach((item, at) => {
    if (items[at - 1]?.t === 'gate') found.at(-1)!.push(item)
    else found.push([item])
  })
  return found
}

const sequence = (items: readonly Plan[]): Plan => (items.length === 1 ? items[0]! : { t: 'seq', items })
const inParallel = (branches: readonly Plan[]): Plan => (branches.length === 1 ? branches[0]! : { t: 'par', branches })

function tasksOf(plan: Plan): string[] {
  const tasks: string[] = []
  const visit = (node: Plan): void => {
    if (node.t === 'step' || node.t === 'map' || node.t === 'child') tasks.push(...node.tasks)
    else if (node.t === 'seq') node.items.forEach(visit)
    else if (node.t === 'par') node.branches.forEach(visit)
  }
  visit(plan)
  return tasks
}
