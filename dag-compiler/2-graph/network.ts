/**
 * Definition → tasks and edges as numbers, in one pass: what an edge means is decided here (arguments, order, groups,
 * mappings), and every later step of the phase reads this. A task's number is its place in `tasks`.
 */
import type { DagDefinition, TaskDefinition } from '../1-define/dag-definition.ts'
import { buildGroupTree, type GroupTree } from './group-tree.ts'
import { mappingReferences, referencesOf } from './references.ts'
import { resolveGroupEdges } from './resolve-group-edges.ts'
import { topologicalOrder } from './topological-order.ts'

export type NumberedEdge = readonly [from: number, to: number]

export interface Network {
  /** One per id, in the order of the file. */
  readonly tasks: readonly TaskDefinition[]
  readonly position: ReadonlyMap<string, number>
  readonly groups: GroupTree
  /** Each once: those drawn by arguments in the order of the tasks, then those drawn for order. Self edges included. */
  readonly edges: readonly NumberedEdge[]
  readonly upstreams: readonly (readonly number[])[]
  readonly downstreams: readonly (readonly number[])[]
  /** Topological; tasks on a cycle, and behind one, are left out. */
  readonly order: readonly number[]
  /** Edges of which one end is neither task nor group. */
  readonly unknownEnds: readonly { readonly known: string; readonly unknown: string }[]
  /** Edges between a group and something in it. */
  readonly innerEdges: readonly { readonly group: string; readonly inner: string }[]
}

export function buildNetwork(definition: DagDefinition): Network {
  const tasks = uniqueTasks(definition.tasks)
  const position = new Map(tasks.map(({ taskId }, index) => [taskId, index]))
  const groups = buildGroupTree(definition.groups ?? [], tasks)
  const { written, unknownEnds } = numberEdges(definition, tasks, (id) => position.get(id) ?? groups.position.get(id))
  const isPlain = groups.groups.length === 0
  const { edges, innerEdges } = isPlain ? { edges: written, innerEdges: [] } : resolveGroupEdges(tasks, groups, written)
  const { upstreams, downstreams } = neighbours(tasks.length, edges)
  const order = topologicalOrder(upstreams, downstreams)
  return { tasks, position, groups, edges, upstreams, downstreams, order, unknownEnds, innerEdges }
}

/** Two tasks under one id are one node here; that they are two is a check's problem. */
function uniqueTasks(tasks: readonly TaskDefinition[]): readonly TaskDefinition[] {
  const byId = new Map(tasks.map((task) => [task.taskId, task]))
  return byId.size === tasks.length ? tasks : [...byId.values()]
}

/** Edges as written: an end may be the number of a group. */
function numberEdges(
  { edges: drawn, groups = [] }: DagDefinition,
  tasks: readonly TaskDefinition[],
  numberOf: (id: string) => number | undefined,
): { readonly written: readonly NumberedEdge[]; readonly unknownEnds: Network['unknownEnds'] } {
  const collect = edgeCollector(tasks.length + groups.length)
  const unknownEnds: { known: string; unknown: string }[] = []
  const add = (from: string, to: string) => {
    const [a, b] = [numberOf(from), numberOf(to)]
    if (a === undefined) unknownEnds.push({ known: to, unknown: from })
    else if (b === undefined) unknownEnds.push({ known: from, unknown: to })
    else collect.add(a, b)
  }
  for (const task of tasks) for (const from of referencesOf(task)) add(from, task.taskId)
  for (const { groupId, mapping } of groups)
    if (mapping) for (const from of mappingReferences(mapping)) add(from, groupId)
  for (const [from, to] of drawn) add(from, to)
  return { written: collect.edges, unknownEnds }
}

/** Keeps each edge once. A pair of numbers below `count` is one number below count², exact up to 94 million nodes. */
export function edgeCollector(count: number): {
  readonly edges: readonly NumberedEdge[]
  readonly add: (from: number, to: number) => void
} {
  const seen = new Set<number>()
  const edges: NumberedEdge[] = []
  const add = (from: number, to: number) => {
    const key = from * count + to
    if (seen.has(key)) return
    seen.add(key)
    edges.push([from, to])
  }
  return { edges, add }
}

function neighbours(count: number, edges: readonly NumberedEdge[]): Pick<Network, 'upstreams' | 'downstreams'> {
  const upstreams = Array.from({ length: count }, (): number[] => [])
  const downstreams = Array.from({ length: count }, (): number[] => [])
  for (const [from, to] of edges) {
    downstreams[from]?.push(to)
    upstreams[to]?.push(from)
  }
  return { upstreams, downstreams }
}
