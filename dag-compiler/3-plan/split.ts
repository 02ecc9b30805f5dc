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
  /** Position of a task in topological order. */
  readonly position: (task: string) => number
}

/** The state that starts a child, its Catch and the call behind it. */
const childWeight: Weight = { bytes: 1600, events: 13 }
const parallelWeight: Weight = { bytes: 400, events: 4 }

/** @returns the plan itself when it fits; parts that cannot be made to fit stand alone in their child */
export function splitPlan(plan: Plan, { weigh, budget, position }: SplitOptions): Plan {
  const weights = new Map<Plan, Weight>()
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
          node.branches.map((branch) => [shrunk(branch)]),
          inParallel,
        ),
      }
    return node
  }

  /** Neighbours that fit into one machine together become one child; the last ones stay if they fit beside the others. */
  function packed(parts: readonly (readonly Plan[])[], join: (items: readonly Plan[]) => Plan): readonly Plan[] {
    if (isWithin(sum(parts.flat().map(weightOf)))) return parts.flat()
    const bins: Plan[][] = []
    let filled: Weight = { bytes: Number.POSITIVE_INFINITY, events: 0 }
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

  function weightOf(node: Plan): Weight {
    const known = weights.get(node)
    if (known) return known
    const weight = weightOfContents(node)
    weights.set(node, weight)
    return weight
  }

  function weightOfContents(node: Plan): Weight {
    if (node.t === 'child') return childWeight
    if (node.t === 'seq') return sum(node.items.map(weightOf))
    return node.t === 'par' ? sum([parallelWeight, ...node.branches.map(weightOf)]) : weigh(node)
  }

  function isWithin({ bytes, events }: Weight): boolean {
    return bytes <= budget.bytes && events <= budget.events
  }
}

const sum = (weights: readonly Weight[]): Weight =>
  weights.reduce((all, each) => ({ bytes: all.bytes + each.bytes, events: all.events + each.events }), {
    bytes: 0,
    events: 0,
  })

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
