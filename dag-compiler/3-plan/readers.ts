/**
 * Who needs to know how a task ended: its direct downstreams, whose rules count it; tasks whose turn depends on it as a
 * setup; and tasks that it may skip as a decider. A task that starts `always` asks nobody but its setups.
 */
import type { Graph, GraphTask } from '../2-graph/graph.ts'
import { requiredBy } from './order.ts'

/** By position in `graph.tasks`: positions of the readers, later in the order than the task, each once. */
export type Readers = readonly (readonly number[])[]

export function readersOf(graph: Graph): Readers {
  const position = new Map(graph.tasks.map((task, index) => [task.taskId, index]))
  const readers: number[][] = graph.tasks.map(() => [])
  graph.tasks.forEach((task, reader) => {
    for (const upstream of asked(task)) readers[position.get(upstream)!]!.push(reader)
  })
  for (const { decider, candidates } of graph.decisions ?? []) {
    const own = readers[position.get(decider)!]!
    const known = new Set(own)
    for (const { task } of candidates) if (!known.has(position.get(task)!)) own.push(position.get(task)!)
  }
  return readers
}

function asked(task: GraphTask): readonly string[] {
  const { spec, upstreams, teardown } = task
  const counted = spec.triggerRule === 'always' && !teardown ? [] : upstreams
  const required = requiredBy(task)
  return required.length > 0 || teardown
    ? [...new Set([...counted, ...required, ...(teardown?.setups ?? [])])]
    : counted
}
