/**
 * The graph as numbers: task → position in topological order, edges as pairs of positions. Every later step of the plan
 * works on positions; an edge always leads from a smaller to a larger one.
 */
import type { Graph } from '../2-graph/graph.ts'

export interface Order {
  /** Task keys by position. */
  readonly keys: readonly string[]
  /** Positions of the direct downstreams, as written, ascending. */
  readonly successors: readonly (readonly number[])[]
}

export function orderOf(graph: Graph): Order {
  const position = new Map(graph.tasks.map((task, index) => [task.taskId, index]))
  const successors: number[][] = graph.tasks.map(() => [])
  for (const [from, to] of graph.edges) successors[position.get(from)!]!.push(position.get(to)!)
  return { keys: graph.tasks.map((task) => task.key), successors: successors.map((list) => list.sort(ascending)) }
}

const ascending = (a: number, b: number): number => a - b
