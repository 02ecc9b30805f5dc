/**
 * Edges with groups as ends → edges between tasks (semantics §10). An edge into a group reaches its roots, one out of it
 * leaves from its leaves, and an edge to a group without tasks goes on to what comes behind that group.
 */
import type { TaskDefinition } from '../1-define/dag-definition.ts'
import { ancestors, type GroupTree } from './group-tree.ts'
import { edgeCollector, type Network, type NumberedEdge } from './network.ts'

type Resolved = Pick<Network, 'edges' | 'innerEdges'>

export function resolveGroupEdges(
  tasks: readonly TaskDefinition[],
  tree: GroupTree,
  written: readonly NumberedEdge[],
): Resolved {
  const idOf = (node: number) => tasks[node]?.taskId ?? tree.groups[node - tasks.length]?.groupId ?? ''
  const hasGroup = ([from, to]: NumberedEdge) => !isTask(tree, from) || !isTask(tree, to)
  const isInner = (edge: NumberedEdge) =>
    hasGroup(edge) && (isWithin(tree, ...edge) || isWithin(tree, edge[1], edge[0]))
  const inner = written.filter(isInner)
  const direct = withoutEmptyGroups(
    tree,
    written.filter((edge) => !isInner(edge)),
  )
  const collect = edgeCollector(tasks.length)
  const near = adjacency(tasks.length)
  const add = (from: number, to: number) => {
    collect.add(from, to)
    near.add(from, to)
  }
  for (const edge of direct) if (!hasGroup(edge)) add(...edge)
  // Inner edges first: they decide which tasks are the roots and leaves that outer edges reach.
  const roots = remembered((group) => rootsOf(tree, near, group))
  const leaves = remembered((group) => leavesOf(tasks, tree, near, group))
  for (const [from, to] of sortByDepth(tree, direct.filter(hasGroup))) {
    const ends = isTask(tree, to) ? [to] : roots(to)
    for (const leaf of isTask(tree, from) ? [from] : leaves(from)) for (const root of ends) add(leaf, root)
  }
  const innerEdges = inner.map(([from, to]) => {
    const [group, within] = isWithin(tree, to, from) ? [from, to] : [to, from]
    return { group: idOf(group), inner: idOf(within) }
  })
  return { edges: collect.edges, innerEdges }
}

/** When a group is first asked for, every edge inside it is there: its roots and leaves stay. */
function remembered(find: (group: number) => readonly number[]): (group: number) => readonly number[] {
  const known = new Map<number, readonly number[]>()
  return (group) => {
    const found = known.get(group) ?? find(group)
    known.set(group, found)
    return found
  }
}

const isTask = ({ parent, groups }: GroupTree, node: number): boolean => node < parent.length - groups.length

/** A group is within itself; a task is not: its edge to itself has a problem of its own. */
const isWithin = (tree: GroupTree, node: number, group: number): boolean =>
  (node === group && !isTask(tree, node)) || ancestors(tree.parent, node).includes(group)

/** Replaces each way through groups without tasks by one edge. */
function withoutEmptyGroups(tree: GroupTree, edges: readonly NumberedEdge[]): readonly NumberedEdge[] {
  const isEmpty = (node: number) => tree.members.get(node)?.length === 0
  if (![...tree.members.keys()].some(isEmpty)) return edges
  const behind = new Map<number, number[]>()
  for (const [from, to] of edges) if (isEmpty(from)) behind.set(from, [...(behind.get(from) ?? []), to])
  return edges
    .filter(([from]) => !isEmpty(from))
    .flatMap(([from, to]) => reachedThrough(to, isEmpty, behind).map((end): NumberedEdge => [from, end]))
}

function reachedThrough(
  start: number,
  isEmpty: (node: number) => boolean,
  behind: ReadonlyMap<number, readonly number[]>,
): readonly number[] {
  const seen = new Set([start])
  for (const node of seen) if (isEmpty(node)) for (const next of behind.get(node) ?? []) seen.add(next)
  return [...seen].filter((node) => !isEmpty(node))
}

/** Edges whose ends meet in a deeper group first; among equals as written. */
function sortByDepth(tree: GroupTree, edges: readonly NumberedEdge[]): readonly NumberedEdge[] {
  const depthOf = ([from, to]: NumberedEdge) => {
    const around = new Set(ancestors(tree.parent, to))
    return ancestors(tree.parent, from).filter((group) => around.has(group)).length
  }
  return edges
    .map((edge) => ({ edge, depth: depthOf(edge) }))
    .toSorted((a, b) => b.depth - a.depth)
    .map(({ edge }) => edge)
}

interface Adjacency {
  readonly up: readonly (readonly number[])[]
  readonly down: readonly (readonly number[])[]
  readonly add: (from: number, to: number) => void
}

function adjacency(count: number): Adjacency {
  const up = Array.from({ length: count }, (): number[] => [])
  const down = Array.from({ length: count }, (): number[] => [])
  const add = (from: number, to: number) => {
    up[to]?.push(from)
    down[from]?.push(to)
  }
  return { up, down, add }
}

/** Tasks of the group that wait for no other task of it. */
export function rootsOf(tree: GroupTree, { up }: Pick<Adjacency, 'up'>, group: number): readonly number[] {
  const members = new Set(tree.members.get(group))
  return [...members].filter((task) => !up[task]?.some((earlier) => members.has(earlier)))
}

/**
 * Tasks of the group that no other task of it waits for. A teardown among them stands for the work before it, as in Airflow's
 * `TaskGroup.get_leaves`; its setups do not count as work.
 */
function leavesOf(
  tasks: readonly TaskDefinition[],
  tree: GroupTree,
  { up, down }: Adjacency,
  group: number,
): readonly number[] {
  const members = new Set(tree.members.get(group))
  const last = [...members].filter((task) => !down[task]?.some((later) => members.has(later)))
  const isTeardown = (task: number) => tasks[task]?.teardown !== undefined
  const leaves = new Set<number>()
  const seen = new Set(last)
  for (const task of seen) {
    if (!isTeardown(task)) leaves.add(task)
    else for (const before of up[task] ?? []) if (members.has(before) && !tasks[before]?.isSetup) seen.add(before)
  }
  return leaves.size > 0 ? [...leaves] : last
}
