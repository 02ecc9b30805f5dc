/**
 * A prime block → a forest. Each node runs right behind one predecessor, its host, in the same sequence; a gate waits for
 * the others. Whichever host is chosen, every node starts when its last predecessor is done: only cost changes (§4.5).
 */
import type { Block } from './contract.ts'
import { maxOf, type PrimeModule, type PrimeNode, sinksOf } from './module.ts'

/** A host with more ends than this would have to report each of them to a gate; running behind it costs nothing. */
const wideHost = 32

export function hostForest(block: Block): PrimeModule {
  const before: number[][] = block.modules.map(() => [])
  block.successors.forEach((successors, from) => {
    for (const to of successors) before[to]!.push(from)
  })
  const { hosts, hosted } = chooseHosts(block, before)
  const nodes = block.modules.map(
    (module, node): PrimeNode => ({
      module,
      host: hosts[node] ?? null,
      awaited: before[node]!.filter((predecessor) => predecessor !== hosts[node]),
      hosted: hosted[node]!,
      hasSuccessor: block.successors[node]!.length > 0,
    }),
  )
  return { t: 'prime', nodes, first: block.modules[0]!.first, depth: 1 + deepestRoot(nodes) }
}

/** Nodes with one predecessor have no choice and go first, so that the others see which hosts are still free. */
function chooseHosts(block: Block, before: readonly (readonly number[])[]) {
  const hosts: (number | undefined)[] = block.modules.map(() => undefined)
  const hosted: number[][] = block.modules.map(() => [])
  const isWide = block.modules.map((module) => module.t !== 'task' && sinksOf(module).length > wideHost)
  const host = (node: number, predecessor: number) => {
    hosts[node] = predecessor
    hosted[predecessor]!.push(node)
  }
  before.forEach((predecessors, node) => {
    if (predecessors.length === 1) host(node, predecessors[0]!)
  })
  before.forEach((predecessors, node) => {
    if (predecessors.length < 2) return
    const best =
      predecessors.find((predecessor) => isWide[predecessor]) ??
      predecessors.find((predecessor) => hosted[predecessor]!.length === 0) ??
      predecessors.find((predecessor) => hosted[predecessor]!.length > 1) ??
      predecessors[0]!
    host(node, best)
  })
  return { hosts, hosted: hosted.map((list) => list.sort((a, b) => a - b)) }
}

function deepestRoot(nodes: readonly PrimeNode[]): number {
  const depth = nodes.map(() => 0)
  for (let node = nodes.length - 1; node >= 0; node--) {
    const { module, hosted } = nodes[node]!
    const behind = maxOf(hosted, (child) => depth[child]!) + (hosted.length > 1 ? 1 : 0)
    depth[node] = Math.max(module.depth, behind)
  }
  return maxOf(depth, (each) => each)
}
