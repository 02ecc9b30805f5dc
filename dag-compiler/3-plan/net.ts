/**
 * A graph of modules that shrinks: edges in doubly linked lists of numbers, so that one is removed in constant time and none
 * is copied. A node that was joined into another is dead and has no edges.
 */
import type { Module } from './module.ts'

export interface Net {
  /** Null for dead nodes. */
  readonly modules: (Module | null)[]
  /** Edges out of nodes and into nodes; each edge is in one list of either kind. */
  readonly out: Lists
  readonly in: Lists
  /** Edge → the nodes it connects. */
  readonly from: number[]
  readonly to: number[]
}

/** One list of edges per node. -1 stands for none. */
export interface Lists {
  readonly first: Int32Array
  readonly size: Int32Array
  /** Sum of the marks of the nodes at the far ends, in 32 bits: equal sets have equal sums. */
  readonly sum: Int32Array
  readonly next: number[]
  readonly previous: number[]
}

/** @param successors indexes into `modules` */
export function netOf(modules: readonly Module[], successors: readonly (readonly number[])[]): Net {
  const net = { modules: [...modules], out: listsOf(modules.length), in: listsOf(modules.length), from: [], to: [] }
  // Backwards, because a list grows at its beginning: it is then read in the order of `successors`.
  for (let from = successors.length - 1; from >= 0; from--) {
    const list = successors[from]!
    for (let i = list.length - 1; i >= 0; i--) connect(net, from, list[i]!)
  }
  return net
}

const listsOf = (size: number): Lists => ({
  first: new Int32Array(size).fill(-1),
  size: new Int32Array(size),
  sum: new Int32Array(size),
  next: [],
  previous: [],
})

function connect(net: Net, from: number, to: number): void {
  const edge = net.from.length
  net.from.push(from)
  net.to.push(to)
  insert(net.out, from, edge, to)
  insert(net.in, to, edge, from)
}

export function removeEdge({ from, to, out, in: into }: Net, edge: number): void {
  const [source, target] = [from[edge]!, to[edge]!]
  remove(out, source, edge, target)
  remove(into, target, edge, source)
}

/** Lets an edge begin at another node. */
export function moveSource(net: Net, edge: number, source: number): void {
  const target = net.to[edge]!
  removeEdge(net, edge)
  net.from[edge] = source
  insert(net.out, source, edge, target)
  insert(net.in, target, edge, source)
}

/** Lets an edge end at another node. */
export function moveTarget(net: Net, edge: number, target: number): void {
  const source = net.from[edge]!
  removeEdge(net, edge)
  net.to[edge] = target
  insert(net.out, source, edge, target)
  insert(net.in, target, edge, source)
}

/** A copy, so that the edges may be removed while it is read. */
export function edgesOf({ first, next }: Lists, node: number): number[] {
  const edges: number[] = []
  for (let edge = first[node]!; edge >= 0; edge = next[edge]!) edges.push(edge)
  return edges
}

function insert(lists: Lists, node: number, edge: number, far: number): void {
  const { first, size, sum, next, previous } = lists
  const head = first[node]!
  next[edge] = head
  previous[edge] = -1
  if (head >= 0) previous[head] = edge
  first[node] = edge
  size[node]! += 1
  sum[node] = sum[node]! + mark(far)
}

function remove(lists: Lists, node: number, edge: number, far: number): void {
  const { first, size, sum, next, previous } = lists
  const [before, after] = [previous[edge]!, next[edge]!]
  if (before >= 0) next[before] = after
  else first[node] = after
  if (after >= 0) previous[after] = before
  size[node]! -= 1
  sum[node] = sum[node]! - mark(far)
}

/** A fixed, scattered number for a node, by two rounds of a multiplicative mix. */
function mark(node: number): number {
  let mixed = Math.imul(node + 1, 0x9e3779b1)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b)
  return mixed ^ (mixed >>> 13)
}
