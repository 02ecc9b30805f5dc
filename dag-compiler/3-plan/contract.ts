/**
 * Shrinks a reduced graph by joining two nodes at a time into a module: a chain into a series, twins into a parallel.
 * One node is left exactly when the graph is series-parallel. Expected time O(tasks + edges).
 */
import { type Module, parallelOf, seriesOf, taskModule } from './module.ts'

/** Modules that no chain and no pair of twins joins any more, in topological order. */
export interface Block {
  readonly modules: readonly Module[]
  /** Indexes into `modules`, ascending. */
  readonly successors: readonly (readonly number[])[]
}

export function contract(reduced: readonly (readonly number[])[]): Block {
  const net = netOf(reduced)
  const work = reduced.map((_, node) => node).reverse()
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    if (net.nodes[node]) work.push(...joinOnce(net, node))
  }
  return blockOf(net)
}

/** Mutable while contracting. A joined node keeps the number of one of its halves; the other becomes null. */
interface Net {
  readonly nodes: (Node | null)[]
  /** Last node seen with some pair of sums; may be out of date, so it is checked before use. */
  readonly seen: Map<string, number>
}

interface Node {
  module: Module
  readonly before: Set<number>
  readonly after: Set<number>
  /** Sums of the marks of `before` and `after`: equal sets have equal sums. */
  beforeSum: number
  afterSum: number
}

function netOf(reduced: readonly (readonly number[])[]): Net {
  const nodes = reduced.map(
    (_, position): Node => ({
      module: taskModule(position),
      before: new Set(),
      after: new Set(),
      beforeSum: 0,
      afterSum: 0,
    }),
  )
  const net = { nodes, seen: new Map<string, number>() }
  reduced.forEach((successors, from) => {
    for (const to of successors) connect(net, from, to)
  })
  return net
}

/** @returns the nodes whose neighbourhood changed, for another look; none when nothing joins. */
function joinOnce(net: Net, node: number): number[] {
  const { before, after } = net.nodes[node]!
  const next = only(after)
  if (next !== null && net.nodes[next]!.before.size === 1) return joinChain(net, node, next)
  const previous = only(before)
  if (previous !== null && net.nodes[previous]!.after.size === 1) return joinChain(net, previous, node)
  const twin = twinOf(net, node)
  return twin === null ? [] : joinTwins(net, node, twin)
}

/** Keeps the half with more edges to move, so that a chain that ends in a wide fan does not move the fan again and again. */
function joinChain(net: Net, first: number, second: number): number[] {
  const [head, tail] = [net.nodes[first]!, net.nodes[second]!]
  const module = seriesOf([head.module, tail.module])
  disconnect(net, first, second)
  const keepsTail = tail.after.size > head.before.size
  const [kept, gone] = keepsTail ? [second, first] : [first, second]
  const moved = [...(keepsTail ? head.before : tail.after)]
  for (const neighbour of moved) {
    if (keepsTail) {
      disconnect(net, neighbour, gone)
      connect(net, neighbour, kept)
    } else {
      disconnect(net, gone, neighbour)
      connect(net, kept, neighbour)
    }
  }
  net.nodes[kept]!.module = module
  net.nodes[gone] = null
  return [kept, ...moved]
}

function joinTwins(net: Net, node: number, twin: number): number[] {
  const [kept, gone] = [net.nodes[twin]!, net.nodes[node]!]
  const neighbours = [...gone.before, ...gone.after]
  for (const before of gone.before) disconnect(net, before, node)
  for (const after of gone.after) disconnect(net, node, after)
  kept.module = parallelOf([kept.module, gone.module])
  net.nodes[node] = null
  return [twin, ...neighbours]
}

/** A node with the same predecessors and the same successors. */
function twinOf(net: Net, node: number): number | null {
  const self = net.nodes[node]!
  const sums = `${self.beforeSum}:${self.afterSum}`
  const other = net.seen.get(sums)
  const twin = other === undefined || other === node ? null : net.nodes[other]
  if (other !== undefined && twin && sameSet(twin.before, self.before) && sameSet(twin.after, self.after)) return other
  net.seen.set(sums, node)
  return null
}

function connect(net: Net, from: number, to: number): void {
  const [source, target] = [net.nodes[from]!, net.nodes[to]!]
  source.after.add(to)
  source.afterSum += mark(to)
  target.before.add(from)
  target.beforeSum += mark(from)
}

function disconnect(net: Net, from: number, to: number): void {
  const [source, target] = [net.nodes[from]!, net.nodes[to]!]
  source.after.delete(to)
  source.afterSum -= mark(to)
  target.before.delete(from)
  target.beforeSum -= mark(from)
}

/**
 * A fixed, scattered number below 2³⁶ for a node: sums of 100,000 of them stay exact in a double. Two rounds of a
 * multiplicative mix; an unlucky sum only costs a comparison, because twins are compared set by set.
 */
function mark(node: number): number {
  let mixed = Math.imul(node + 1, 0x9e3779b1)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b)
  const low = mixed >>> 0
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return low * 16 + (mixed >>> 28)
}

function only(set: ReadonlySet<number>): number | null {
  if (set.size !== 1) return null
  const [element] = set
  return element!
}

function sameSet(left: ReadonlySet<number>, right: ReadonlySet<number>): boolean {
  if (left.size !== right.size) return false
  for (const element of left) if (!right.has(element)) return false
  return true
}

function blockOf({ nodes }: Net): Block {
  const kept = nodes.filter((node) => node !== null).sort((a, b) => a.module.first - b.module.first)
  const index = new Map(kept.map((node, i) => [node, i]))
  return {
    modules: kept.map((node) => node.module),
    successors: kept.map((node) => [...node.after].map((to) => index.get(nodes[to]!)!).sort((a, b) => a - b)),
  }
}
