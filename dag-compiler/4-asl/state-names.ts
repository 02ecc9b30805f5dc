/**
 * Names of the states of a machine, unique in all of it. Task states are called by their key, so that people find their
 * task in the console; all other names hold a `:`, which no key does. The longest, `arrive:` with a key, has 67 of 80
 * characters.
 */
import type { Graph } from '../2-graph/graph.ts'
import type { BuiltPlan } from '../3-plan/build-plan.ts'
import type { Plan } from '../3-plan/plan.ts'
import { serviceEntry } from './service/names.ts'

export interface StateNames {
  /** State that begins an item of a sequence. */
  entry(item: Plan): string
  arrive(task: string): string
  /** Landing of a sequence, named after its first task. */
  landing(task: string): string
  readonly finalize: string
}

export function stateNames(graph: Graph, { plan, services }: Pick<BuiltPlan, 'plan' | 'services'>): StateNames {
  const parallels = new Map(parallelsOf(plan).map((parallel, index) => [parallel, `par:${index + 1}`]))
  const entry = (item: Plan): string => {
    switch (item.t) {
      case 'step': {
        const facts = services.get(item.tasks[0]!)
        return facts ? serviceEntry(item.id, facts) : item.id
      }
      case 'child':
        return item.id
      case 'map':
        return item.count.by === 'expand' ? `expand:${item.id}` : item.id
      case 'gate':
        return `gate:${item.id}`
      case 'par':
        return parallels.get(item)!
      case 'seq':
        return entry(item.items[0]!)
    }
  }
  return {
    entry,
    arrive: (task) => `arrive:${task}`,
    landing: (task) => `end:${task}`,
    finalize: graph.tasks.some((task) => task.key === 'finalize') ? 'finalize:run' : 'finalize',
  }
}

/** In the order in which a reader meets them. */
function parallelsOf(plan: Plan): readonly Plan[] {
  const found: Plan[] = []
  const visit = (node: Plan): void => {
    if (node.t === 'par') found.push(node)
    if (node.t === 'seq') node.items.forEach(visit)
    else if (node.t === 'par') node.branches.forEach(visit)
    else if (node.t === 'map' || node.t === 'child') visit(node.body)
  }
  visit(plan)
  return found
}
