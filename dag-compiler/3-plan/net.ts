/**
 * A graph of modules that shrinks while it is taken apart. Invariant: a node that is joined to another becomes null, and the
 * sums of a node's neighbours are those of its sets, so that equal sets are found by one look-up.
 */
import { type Module, parallelOf, seriesOf } from './module.ts'

/** Modules that no chain and no pair of twins joins any more, in topological order. */
export interface Block {
  readonly modules: readonly Module[]
  /** Indexes into `modules`, ascending. */
  readonly successors: readonly (readonly number[])[]
}

export interface Net {
  readonly nodes: (NetNode | null)[]
  /** Last node seen with some pair of sums; may be out of date, so it is checked before use. */
  readonly seen: Map<number, number>
}

export interface NetNode {
  module: Module
  readonly before: Set<number>
  readonly after: Set<number>
  /** Sums of the marks of `before` and `after`: equal sets have equal sums. */
  beforeSum: number
  afterSum: number
}

export function netOf({ modules, successors }: Block): Net {
  const net: Net = { nodes: [], seen: new Map() }
  for (const module of modules) addNode(net, module)
  successors.forEach((list, from) => {
    for (const to of list) connect(net, from, to)
  })
  return net
}

/** @returns number of the new node, which nothing leads to or from yet */
export function addNode(net: Net, module: Module): number {
  net.nodes.push({ module, before: new Set(), after: new Set(), beforeSum: 0, afterSum: 0 })
  return net.nodes.length - 1
}

export function connect(net: Net, from: number, to: number): void {
  const [source, target] = [net.nodes[from]!, net.nodes[to]!]
  source.after.add(to)
  source.afterSum += mark(to)
  target.before.add(from)
  target.beforeSum += mark(from)
}

export function disconnect(net: Net, from: number, to: number): void {
  const [source, target] = [net.nodes[from]!, net.nodes[to]!]
  source.after.delete(to)
  source.afterSum -= mark(to)
  target.before.delete(from)
  target.beforeSum -= mark(from)
}

/**
 * Joins chains and twins until nothing joins. Expected time: linear in the edges of what is looked at.
 *
 * @param work nodes to look at; it is used up
 * @param visit called for each node whose neighbourhood may have changed and that is still there
 */
export function contractNet(net: Net, work: number[], visit: (node: number) => void = () => undefined): void {
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    if (!net.nodes[node]) continue
    const changed = joinOnce(net, node)
    if (changed.length === 0) visit(node)
    for (const each of changed) work.push(each)
  }
}

/** @returns the nodes whose neighbourhood changed, for another look; none when nothing joins. */
function joinOnce(net: Net, node: number): readonly number[] {
  const { before, after } = net.nodes[node]!
  const next = only(after)
  if (next !== null && net.nodes[next]!.before.size === 1) return joinChain(net, node, next)
  const previous = only(before)
  if (previous !== null && net.nodes[previous]!.after.size === 1) return joinChain(net, previous, node)
  const twin = twinOf(net, node)
  return twin === null ? [] : joinTwins(net, node, twin)
}

/** Keeps the half with more edges to move, so that a chain that ends in a wide fan does not move the fan again and again. */
function joinChain(net: Net, first: number, second: number): readonly number[] {
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

function joinTwins(net: Net, node: number, twin: number): readonly number[] {
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
  const sums = self.beforeSum + self.afterSum * spread
  const other = net.seen.get(sums)
  const twin = other === undefined || other === node ? null : net.nodes[other]
  if (other !== undefined && twin && sameSet(twin.before, self.before) && sameSet(twin.after, self.after)) return other
  net.seen.set(sums, node)
  return null
}

/** Golden ratio: puts two exact sums into one number that two other sums hardly ever share; sets are compared all the same. */
const spread = 0.618_033_988_749_895

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

export function sameSet(left: ReadonlySet<number>, right: ReadonlySet<number>): boolean {
  if (left.size !== right.size) return false
  for (const element of left) if (!right.has(element)) return false
  return true
}

/** What is left, renumbered in topological order: a module begins before everything that follows it. */
export function blockOf({ nodes }: Net): Block {
  const kept = nodes.filter((node) => node !== null).sort((a, b) => a.module.first - b.module.first)
  const index = new Map(kept.map((node, i) => [node, i]))
  return {
    modules: kept.map((node) => node.module),
    successors: kept.map((node) => [...node.after].map((to) => index.get(nodes[to]!)!).sort((a, b) => a - b)),
  }
}

/** All nodes that are there, the first on top of the stack. */
export const allNodes = ({ nodes }: Net): number[] => nodes.flatMap((node, number) => (node ? [number] : [])).reverse()
