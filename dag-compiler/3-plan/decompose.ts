/**
 * Order of a graph → tree of modules. What contraction leaves is cut top down: pieces without a connection are parallel,
 * pieces of which one precedes the other as a whole are series, and what is neither is prime: gates take over some of its edges (design §4.4).
 */
import { type Block, blockOf, partOf } from './block.ts'
import { allNodes, contract, contractionOf } from './contract.ts'
import { cutPrime } from './cut-prime.ts'
import { type Module, parallelOf, seriesOf, taskModule } from './module.ts'
import { netOf } from './net.ts'

/**
 * @param reduced successors by position, transitively reduced; at least one task
 * @param holding whether the state of the task at a position can be a gate as well
 */
export function decompose(reduced: readonly (readonly number[])[], holding: (position: number) => boolean): Module {
  const tasks = reduced.map((_, position) => taskModule(position, holding(position)))
  const contraction = contractionOf(netOf(tasks, reduced))
  contract(contraction, allNodes(contraction.net))
  return decomposeBlock(blockOf(contraction.net))
}

function decomposeBlock(block: Block): Module {
  if (block.modules.length === 1) return block.modules[0]!
  const pieces = connectedPieces(block)
  if (pieces.length > 1) return parallelOf(pieces.map(decomposeBlock))
  const segments = seriesSegments(block)
  if (segments.length > 1) return seriesOf(segments.map(decomposeBlock))
  return cutPrime(block)
}

function connectedPieces(block: Block): Block[] {
  const root = block.modules.map((_, node) => node)
  const find = (node: number): number => {
    let top = node
    while (root[top] !== top) top = root[top]!
    for (let at = node; at !== top; ) [at, root[at]] = [root[at]!, top]
    return top
  }
  block.successors.forEach((successors, from) => {
    for (const to of successors) root[find(to)] = find(from)
  })
  const pieces = new Map<number, number[]>()
  for (const node of root.keys()) {
    const piece = pieces.get(find(node))
    if (piece) piece.push(node)
    else pieces.set(find(node), [node])
  }
  return pieces.size === 1 ? [block] : [...pieces.values()].map((members) => partOf(block, members))
}

/** The whole block as one segment when no cut is possible. */
function seriesSegments(block: Block): Block[] {
  const starts = [0, ...seriesCuts(block).map((cut) => cut + 1)]
  if (starts.length === 1) return [block]
  const nodes = [...block.modules.keys()]
  return starts.map((start, i) => partOf(block, nodes.slice(start, starts[i + 1])))
}

/**
 * Positions after which a block can be cut in series: each task that ends the left side must lead to each task that
 * begins the right side. Both sides and the edges between them are counted in one sweep with difference arrays; a cut
 * is valid when the edges are as many as the pairs.
 */
function seriesCuts({ successors }: Block): number[] {
  const size = successors.length
  const first = successors.map((list) => list[0] ?? size)
  const last = new Array<number>(size).fill(-1)
  successors.forEach((list, from) => {
    for (const to of list) last[to] = Math.max(last[to]!, from)
  })
  const ends = differences(size)
  const begins = differences(size)
  const edges = differences(size)
  for (let node = 0; node < size; node++) {
    ends.add(node, first[node]!)
    begins.add(last[node]!, node)
    for (const to of successors[node]!) edges.add(last[to]!, first[node]!)
  }
  const [a, b, c] = [ends.sums(), begins.sums(), edges.sums()]
  return a.flatMap((count, i) => (i < size - 1 && c[i] === count * b[i]! ? [i] : []))
}

/** Counts that hold on half-open ranges; `sums` reads the count at each position. */
function differences(size: number) {
  const changes = new Int32Array(size + 1)
  return {
    add(from: number, to: number): void {
      if (from >= to) return
      changes[Math.max(from, 0)]! += 1
      changes[to]! -= 1
    },
    sums(): number[] {
      let sum = 0
      return Array.from({ length: size }, (_, i) => {
        sum += changes[i]!
        return sum
      })
    },
  }
}
