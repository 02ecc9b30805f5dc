/** Tasks that wait for each other. Reports one shortest cycle, takes its tasks out, and looks again until none is left. */
import type { DagDefinition } from '../../1-define/dag-definition.ts'
import { cycle } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'
import type { Network } from '../network.ts'

type Edge = readonly [from: string, to: string]
type Successors = ReadonlyMap<string, readonly string[]>

export function checkNoCycle(definition: DagDefinition, net: Network): readonly Problem[] {
  let edges = unorderedEdges(net)
  const problems: Problem[] = []
  for (;;) {
    edges = withoutEnds(edges)
    const first = edges[0]
    if (!first) return problems
    const path = shortestCycle(successorsOf(edges), first[0])
    problems.push(cycle({ dag: definition.dagId, path }))
    const told = new Set(path)
    edges = edges.filter(([from, to]) => !told.has(from) && !told.has(to))
  }
}

/** Edges among the tasks that have no place in the order. A self edge has a code of its own. */
function unorderedEdges({ tasks, order, edges }: Network): readonly Edge[] {
  if (order.length === tasks.length) return []
  const ordered = new Set(order)
  return edges
    .filter(([from, to]) => from !== to && !ordered.has(from) && !ordered.has(to))
    .map(([from, to]): Edge => [tasks[from]?.taskId ?? '', tasks[to]?.taskId ?? ''])
}

/** Drops edges from tasks nothing leads to and edges to tasks nothing leads on from, until every task has both. */
function withoutEnds(edges: readonly Edge[]): readonly Edge[] {
  for (let left = edges; ; ) {
    const starts = new Set(left.map(([from]) => from))
    const ends = new Set(left.map(([, to]) => to))
    const inner = left.filter(([from, to]) => ends.has(from) && starts.has(to))
    if (inner.length === left.length) return inner
    left = inner
  }
}

function successorsOf(edges: readonly Edge[]): Successors {
  const successors = new Map<string, string[]>()
  for (const [from, to] of edges) successors.set(from, [...(successors.get(from) ?? []), to])
  return successors
}

/** Every task in `successors` leads on, so a walk must come back somewhere; from there the shortest way round is taken. */
function shortestCycle(successors: Successors, start: string): readonly string[] {
  const seen = new Set<string>()
  let at = start
  while (!seen.has(at)) {
    seen.add(at)
    at = successors.get(at)?.[0] ?? at
  }
  return shortestWayBack(successors, at)
}

/** Breadth first from `start` until an edge leads back to it. */
function shortestWayBack(successors: Successors, start: string): readonly string[] {
  const reachedFrom = new Map<string, string | null>([[start, null]])
  for (const at of reachedFrom.keys()) {
    for (const next of successors.get(at) ?? []) {
      if (next === start) return pathTo(reachedFrom, at)
      if (!reachedFrom.has(next)) reachedFrom.set(next, at)
    }
  }
  return [start]
}

function pathTo(reachedFrom: ReadonlyMap<string, string | null>, end: string): readonly string[] {
  const path: string[] = []
  for (let at: string | null | undefined = end; at != null; at = reachedFrom.get(at)) path.unshift(at)
  return path
}
