/**
 * A prime block → modules, gates among them. While nothing joins, one node with several predecessors is cut off: a gate waits
 * for them in its place, and what is left falls further apart. Which node is cut changes what a run costs, never a start time:
 * the structure that remains asks nobody to wait for more than before, and the gate asks for the rest (design §4.5).
 */
import { gateModule, type Module, sinksOf, statesOf } from './module.ts'
import { addNode, allNodes, type Block, connect, contractNet, disconnect, type Net, netOf } from './net.ts'

/** What makes a node worth cutting; the lower its sum, the sooner. */
interface Taste {
  /** A predecessor that is left with one successor: it may join with it. */
  readonly freed: number
  /** No predecessor is left without a successor behind which the gate could stand. */
  readonly homeless: number
  /** Per successor of the node. */
  readonly width: number
}

/** Measured on the corpora; no single one is best everywhere. */
const tastes: readonly Taste[] = [
  { freed: -1, homeless: 4, width: 0.5 },
  { freed: -1, homeless: 1, width: 0.5 },
  { freed: -2, homeless: 2, width: 1 },
  { freed: 0, homeless: 1, width: 1 },
]
/** Larger blocks are cut to the first taste only, so that the work stays near-linear in their size. */
const largestTriedBlock = 400

export function cutPrime(block: Block): Module {
  const tried = block.modules.length <= largestTriedBlock ? tastes : tastes.slice(0, 1)
  const plans = tried.map((taste) => cutTo(taste, block))
  return plans.reduce((best, plan) => (statesOf(plan) < statesOf(best) ? plan : best))
}

function cutTo(taste: Taste, block: Block): Module {
  const net = netOf(block)
  const queue = createQueue()
  const offer = (node: number) => {
    if (isJoin(net, node)) queue.add(node, wish(net, node, taste))
  }
  contractNet(net, allNodes(net), offer)
  for (let node = queue.take(); node !== null; node = queue.take()) {
    // What was offered may have joined or changed since: it is offered again as it is now.
    if (!isJoin(net, node.node)) continue
    if (wish(net, node.node, taste) !== node.score) offer(node.node)
    else contractNet(net, cut(net, node.node), offer)
  }
  const [last] = net.nodes.flatMap((each) => (each ? [each.module] : []))
  return last!
}

const isJoin = (net: Net, node: number): boolean => (net.nodes[node]?.before.size ?? 0) >= 2

function wish(net: Net, node: number, taste: Taste): number {
  const { before, after } = net.nodes[node]!
  let freed = 0
  let isHomeless = true
  for (const predecessor of before) {
    const others = net.nodes[predecessor]!.after.size - 1
    if (others === 0) isHomeless = false
    if (others === 1) freed++
  }
  return freed * taste.freed + (isHomeless ? taste.homeless : 0) + after.size * taste.width
}

/** @returns nodes to look at again */
function cut(net: Net, node: number): number[] {
  const { module, before } = net.nodes[node]!
  const predecessors = [...before].sort((a, b) => net.nodes[a]!.module.first - net.nodes[b]!.module.first)
  const host = hostOf(net, predecessors)
  const awaited = predecessors.filter((predecessor) => predecessor !== host)
  const need = awaited.flatMap((predecessor) => sinksOf(net.nodes[predecessor]!.module)).sort((a, b) => a - b)
  const gate = addNode(net, gateModule(module.first, need))
  for (const predecessor of predecessors) disconnect(net, predecessor, node)
  connect(net, gate, node)
  if (host !== undefined) connect(net, host, gate)
  return [...predecessors.toReversed(), gate]
}

/** A host with more ends than this would have to report each of them to a gate; running behind it costs nothing. */
const wideHost = 32

/**
 * Behind which predecessor the gate stands: a wide one, or one that nothing else follows. None otherwise: then the gate begins
 * a branch of its own, which costs nothing, while another branch behind a predecessor would cost a Parallel.
 */
function hostOf(net: Net, predecessors: readonly number[]): number | undefined {
  const isWide = (node: number) =>
    net.nodes[node]!.module.t !== 'task' && sinksOf(net.nodes[node]!.module).length > wideHost
  return predecessors.find(isWide) ?? predecessors.find((node) => net.nodes[node]!.after.size === 1)
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
