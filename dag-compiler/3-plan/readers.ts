/**
 * Who needs to know how a task ended: its direct downstreams, whose rules count it; tasks whose turn depends on it as a
 * setup; and tasks that it may skip as a decider. A task that starts `always` asks nobody but its setups.
 */
import type { Graph, GraphTask } from '../2-graph/graph.ts'

/** @returns by position in `graph.tasks`, the positions of the readers; later in the order than the task, each once */
export function readersOf(graph: Graph): readonly (readonly number[])[] {
  const position = new Map(graph.tasks.map((task, index) => [task.taskId, index]))
  const readers: Set<number>[] = graph.tasks.map(() => new Set())
  const add = (upstream: string, reader: number): void => {
    const at = position.get(upstream)
    if (at !== undefined) readers[at]!.add(reader)
  }
  graph.tasks.forEach((task, reader) => {
    for (const upstream of asked(task)) add(upstream, reader)
  })
  for (const { decider, candidates } of graph.decisions ?? []) {
    for (const { task } of candidates) add(decider, position.get(task)!)
  }
  return readers.map((set) => [...set])
}

function asked({ spec, upstreams, setups, teardown }: GraphTask): readonly string[] {
  const counted = spec.triggerRule === 'always' && !teardown ? [] : upstreams
  return setups || teardown ? [...counted, ...(setups ?? []), ...(teardown?.setups ?? [])] : counted
}
