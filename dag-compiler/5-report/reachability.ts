/** Which tasks follow which, as one bit row per task: the questions that explanations ask of a graph. */
import type { Graph } from '../2-graph/graph.ts'

export interface Reachability {
  /** Whether `later` follows `earlier`, directly or not; false for a task and itself. */
  follows(later: string, earlier: string): boolean
  /** Ids of the direct upstreams that no other upstream implies, in topological order. */
  nearestUpstreams(task: string): readonly string[]
  nearestDownstreams(task: string): readonly string[]
}

/** O(tasks · edges / 32) word operations, tasks² / 8 bytes: made for an explanation, not for every compile. */
export function reachabilityOf({ tasks }: Pick<Graph, 'tasks'>): Reachability {
  const position = new Map(tasks.map(({ taskId }, index) => [taskId, index]))
  const words = Math.ceil(tasks.length / 32)
  const rows = new Uint32Array(tasks.length * words)
  const upstreams: string[][] = tasks.map(() => [])
  const downstreams: string[][] = tasks.map(() => [])
  const has = (from: number, to: number) => ((rows[from * words + (to >>> 5)] ?? 0) >>> (to & 31)) & 1

  const successors = tasks.map(({ downstreams: list }) =>
    list.map((id) => position.get(id) ?? -1).sort((a, b) => a - b),
  )
  for (let from = tasks.length - 1; from >= 0; from--) {
    for (const to of successors[from] ?? []) {
      if (has(from, to)) continue
      downstreams[from]?.push(tasks[to]?.taskId ?? '')
      upstreams[to]?.unshift(tasks[from]?.taskId ?? '')
      const word = from * words + (to >>> 5)
      rows[word] = (rows[word] ?? 0) | (1 << (to & 31))
      for (let i = 0; i < words; i++)
        rows[from * words + i] = (rows[from * words + i] ?? 0) | (rows[to * words + i] ?? 0)
    }
  }
  const at = (id: string) => position.get(id) ?? -1
  return {
    follows: (later, earlier) => has(at(earlier), at(later)) === 1,
    nearestUpstreams: (task) => upstreams[at(task)] ?? [],
    nearestDownstreams: (task) => downstreams[at(task)] ?? [],
  }
}
