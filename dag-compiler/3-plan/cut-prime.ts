/**
 * A prime block → modules, gates among them. While nothing joins, one node with several predecessors is cut off: a gate waits
 * for them in its place, and what is left falls further apart. Which node is cut changes what a run costs, never a start time:
 * the structure that remains asks nobody to wait for more than before, and the gate asks for the rest (design §4.5).
 */
import type { Block } from './block.ts'
import { allNodes, type Contraction, contract, contractionOf } from './contract.ts'
import { behindGate, type Module, sinksOf, statesOf } from './module.ts'
import { edgesOf, type Net, netOf, removeEdge } from './net.ts'

/** What makes a node worth cutting; the lower its sum, the sooner. */
interface Taste {
  /** A predecessor that is left with one successor: it may join with it. */
  readonly freed: number
  /** Per successor of the node. */
  readonly width: number
}

/** Measured on the corpora; neither is best everywhere. */
const tastes: readonly Taste[] = [
  { freed: 0, width: 1 },
  { freed: -1, width: 2 },
]
/** Larger blocks are cut to the first taste only, so that the work stays near-linear in their size. */
const largestTriedBlock = 400

export function cutPrime(block: Block): Module {
  const tried = block.modules.length <= largestTriedBlock ? tastes : tastes.slice(0, 1)
  const plans = tried.map((taste) => cutTo(taste, block))
  return plans.reduce((best, plan) => (statesOf(plan) < statesOf(best) ? plan : best))
}

function cutTo(taste: Taste, { modules, successors }: Block): Module {
  const contraction = contractionOf(netOf(modules, successors))
  const { net } = contraction
  const queue = createQueue()
  const offer = (node: number) => {
    if (isJoin(net, node)) queue.add(node, wish(net, node, taste))
  }
  contract(contraction, allNodes(net), offer)
  for (let best = queue.take(); best !== null; best = queue.take()) {
    // What was offered may have joined or changed since: it is offered again as it is now.
    if (!isJoin(net, best.node)) continue
    if (wish(net, best.node, taste) !== best.score) offer(best.node)
    else contract(contraction, cut(contraction, best.node), offer)
  }
  return net.modules.find((module) => module !== null)!
}

const isJoin = (net: Net, node: number): boolean => net.in.size[node]! >= 2

function wish(net: Net, node: number, taste: Taste): number {
  let freed = 0
  for (let edge = net.in.first[node]!; edge >= 0; edge = net.in.next[edge]!) {
    if (net.out.size[net.from[edge]!]! === 2) freed++
  }
  return freed * taste.freed + net.out.size[node]! * taste.width
}

/** @returns nodes to look at again */
function cut({ net }: Contraction, node: number): number[] {
  const module = net.modules[node]!
  const sourceOf = (edge: number): Module => net.modules[net.from[edge]!]!
  const edges = edgesOf(net.in, node).sort((a, b) => sourceOf(a).first - sourceOf(b).first)
  const host = hostOf(net, edges)
  const awaited = edges.filter((edge) => edge !== host)
  const need = awaited.flatMap((edge) => sinksOf(sourceOf(edge))).sort((a, b) => a - b)
  net.modules[node] = behindGate(module, need)
  for (const edge of awaited) removeEdge(net, edge)
  return [...edges.toReversed().map((edge) => net.from[edge]!), node]
}

/** A host with more ends than this would have to report each of them to a gate; running behind it costs nothing. */
const wideHost = 32

/**
 * Which edge stays, so that the gate stands behind its predecessor: a wide one, or one that nothing else follows. None otherwise: then the gate begins
 * a branch of its own, which costs nothing, while another branch behind a predecessor would cost a Parallel.
 */
function hostOf(net: Net, edges: readonly number[]): number | undefined {
  const isWide = (edge: number) => {
    const module = net.modules[net.from[edge]!]!
    return module.t !== 'task' && sinksOf(module).length > wideHost
  }
  return edges.find(isWide) ?? edges.find((edge) => net.out.size[net.from[edge]!] === 1)
}

/** Nodes by score, and among equals the one that was offered first. */
function createQueue() {
  const buckets = new Map<number, { readonly nodes: number[]; next: number }>()
  let lowest = Number.POSITIVE_INFINITY
  return {
    add(node: number, score: number): void {
      const bucket = buckets.get(score)
      if (bucket) bucket.nodes.push(node)
      else buckets.set(score, { nodes: [node], next: 0 })
      lowest = Math.min(lowest, score)
    },
    take(): { readonly node: number; readonly score: number } | null {
      while (buckets.size > 0) {
        const bucket = buckets.get(lowest)
        const node = bucket?.nodes[bucket.next]
        if (bucket && node !== undefined) {
          bucket.next++
          return { node, score: lowest }
        }
        buckets.delete(lowest)
        lowest = Math.min(...buckets.keys())
      }
      return null
    },
  }
}
