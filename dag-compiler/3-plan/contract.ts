/**
 * Shrinks a net by joining two nodes at a time into a module: a chain into a series, twins into a parallel. A graph that
 * is transitively reduced ends as one node exactly when it is series-parallel. Expected time O(nodes + edges).
 */
import { parallelOf, seriesOf } from './module.ts'
import { edgesOf, type Lists, moveSource, moveTarget, type Net, removeEdge } from './net.ts'

export interface Contraction {
  readonly net: Net
  /** Last node seen with some pair of sums; may be out of date, so it is checked before use. */
  readonly seen: Map<number, number>
}

export const contractionOf = (net: Net): Contraction => ({ net, seen: new Map() })

/** All nodes, the first on top of the stack. */
export const allNodes = ({ modules }: Net): number[] => [...modules.keys()].reverse()

/**
 * Joins until nothing joins.
 *
 * @param work nodes to look at, the last one first; it is used up
 * @param visit called for each node whose neighbourhood may have changed and that is still there
 */
export function contract(
  contraction: Contraction,
  work: number[],
  visit: (node: number) => void = () => undefined,
): void {
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    if (contraction.net.modules[node] && !joinOnce(contraction, node, work)) visit(node)
  }
}

/** Pushes the nodes whose neighbourhood changed, for another look. @returns whether the node joined */
function joinOnce(contraction: Contraction, node: number, work: number[]): boolean {
  const { net } = contraction
  const next = net.out.size[node] === 1 ? net.to[net.out.first[node]!]! : -1
  const previous = net.in.size[node] === 1 ? net.from[net.in.first[node]!]! : -1
  if (next >= 0 && net.in.size[next] === 1) joinChain(net, node, next, work)
  else if (previous >= 0 && net.out.size[previous] === 1) joinChain(net, previous, node, work)
  else {
    const twin = twinOf(contraction, node)
    if (twin < 0) return false
    joinTwins(net, node, twin, work)
  }
  return true
}

/** Keeps the half with more edges to move, so that a chain that ends in a wide fan does not move the fan again and again. */
function joinChain(net: Net, head: number, tail: number, work: number[]): void {
  const module = seriesOf([net.modules[head]!, net.modules[tail]!])
  removeEdge(net, net.out.first[head]!)
  const keepsTail = net.out.size[tail]! > net.in.size[head]!
  const [kept, gone] = keepsTail ? [tail, head] : [head, tail]
  const moved = keepsTail ? edgesOf(net.in, head) : edgesOf(net.out, tail)
  work.push(kept)
  for (const edge of moved) {
    if (keepsTail) moveTarget(net, edge, kept)
    else moveSource(net, edge, kept)
    work.push(keepsTail ? net.from[edge]! : net.to[edge]!)
  }
  net.modules[kept] = module
  net.modules[gone] = null
}

function joinTwins(net: Net, node: number, twin: number, work: number[]): void {
  work.push(twin)
  for (const edge of edgesOf(net.in, node)) {
    work.push(net.from[edge]!)
    removeEdge(net, edge)
  }
  for (const edge of edgesOf(net.out, node)) {
    work.push(net.to[edge]!)
    removeEdge(net, edge)
  }
  net.modules[twin] = parallelOf([net.modules[twin]!, net.modules[node]!])
  net.modules[node] = null
}

/** A node with the same predecessors and the same successors, or -1. */
function twinOf({ net, seen }: Contraction, node: number): number {
  // 32 bits of one sum and 22 of the other: exact in a double. An unlucky sum only costs a comparison.
  const sums = net.in.sum[node]! * 0x400000 + (net.out.sum[node]! & 0x3fffff)
  const other = seen.get(sums) ?? node
  if (other !== node && net.modules[other] && areTwins(net, node, other)) return other
  seen.set(sums, node)
  return -1
}

const areTwins = (net: Net, left: number, right: number): boolean =>
  sameEnds(net.in, net.from, left, right) && sameEnds(net.out, net.to, left, right)

function sameEnds(lists: Lists, ends: readonly number[], left: number, right: number): boolean {
  if (lists.size[left] !== lists.size[right] || lists.sum[left] !== lists.sum[right]) return false
  if (lists.size[left] === 1) return ends[lists.first[left]!] === ends[lists.first[right]!]
  const wanted = new Set(edgesOf(lists, left).map((edge) => ends[edge]))
  return edgesOf(lists, right).every((edge) => wanted.has(ends[edge]))
}
