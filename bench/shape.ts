/** What a graph is, without any compiler: order, levels, critical path. Positions of tasks, not ids. */
export interface Shape {
  /** Positions in a topological order. */
  readonly order: readonly number[]
  readonly successors: readonly (readonly number[])[]
}

/** @throws Error for a graph with a cycle */
export function shapeOf(size: number, edges: readonly (readonly [from: number, to: number])[]): Shape {
  const successors: number[][] = Array.from({ length: size }, () => [])
  const waitsFor = new Int32Array(size)
  for (const [from, to] of edges) {
    successors[from]!.push(to)
    waitsFor[to]! += 1
  }
  const order: number[] = []
  for (let task = 0; task < size; task++) if (waitsFor[task] === 0) order.push(task)
  // The list grows while it is read: whatever has become free stands at its end.
  for (let at = 0; at < order.length; at++) {
    for (const to of successors[order[at]!]!) {
      waitsFor[to]! -= 1
      if (waitsFor[to] === 0) order.push(to)
    }
  }
  if (order.length < size) throw new Error('the graph has a cycle')
  return { order, successors }
}

/** Seconds until each task has ended when it starts as early as its upstreams allow. */
function endsOf({ order, successors }: Shape, seconds: readonly number[]): Float64Array {
  const starts = new Float64Array(seconds.length)
  const ends = new Float64Array(seconds.length)
  for (const task of order) {
    ends[task] = starts[task]! + seconds[task]!
    for (const to of successors[task]!) starts[to] = Math.max(starts[to]!, ends[task]!)
  }
  return ends
}

export const criticalPathOf = (shape: Shape, seconds: readonly number[]): number =>
  endsOf(shape, seconds).reduce((latest, end) => Math.max(latest, end), 0)

/** A task's level is the number of tasks on the longest way to it. */
export function levelsOf({ order, successors }: Shape): number[][] {
  const level = new Int32Array(order.length)
  const levels: number[][] = []
  for (const task of order) {
    const own = level[task]!
    levels[own] ??= []
    levels[own].push(task)
    for (const to of successors[task]!) level[to] = Math.max(level[to]!, own + 1)
  }
  return levels
}

/**
 * Edges that no longer path implies, by one row of bits per task.
 *
 * @returns the number of edges left
 */
export function reducedEdges({ order, successors }: Shape): number {
  const size = order.length
  const rank = new Int32Array(size)
  order.forEach((task, at) => {
    rank[task] = at
  })
  const words = (size + 31) >>> 5
  const reaches = new Uint32Array(size * words)
  let kept = 0
  for (let at = size - 1; at >= 0; at--) {
    for (const to of successors[order[at]!]!.map((task) => rank[task]!).sort((a, b) => a - b)) {
      if (reaches[at * words + (to >>> 5)]! & (1 << (to & 31))) continue
      kept += 1
      for (let word = to >>> 5; word < words; word++) reaches[at * words + word]! |= reaches[to * words + word]!
      reaches[at * words + (to >>> 5)]! |= 1 << (to & 31)
    }
  }
  return kept
}
