/** Children of a split plan: which there are, and which of their entries somebody outside reads. */
import type { Graph } from '../2-graph/graph.ts'
import type { ChildItem, Plan } from './plan.ts'
import { itemsOf } from './plan-items.ts'
import { readersOf } from './readers.ts'

/** Outer ones before inner ones; a child's position is the number of its machine. */
export const childrenOf = (plan: Plan): readonly ChildItem[] => itemsOf(plan, 'child')

/**
 * Keys of the tasks whose entries a child hands back: those with a reader outside, and those whose end is recorded nowhere
 * but in the state data, because no wrapper ends them.
 */
export function liveEntriesOf(graph: Graph, children: readonly ChildItem[]): ReadonlyMap<string, readonly string[]> {
  if (children.length === 0) return new Map()
  const position = new Map(graph.tasks.map((task, at) => [task.key, at]))
  const readers = readersOf(graph)
  return new Map(
    children.map(({ id, tasks }) => {
      const inside = new Set(tasks.map((key) => position.get(key)!))
      const isLive = (key: string): boolean => {
        const at = position.get(key)!
        const { mapping, operator } = graph.tasks[at]!
        return mapping !== undefined || operator === 'service' || readers[at]!.some((reader) => !inside.has(reader))
      }
      return [id, tasks.filter(isLive)]
    }),
  )
}
