/**
 * A module: tasks that look the same from outside (every other task precedes all, follows all, or is unrelated to all of
 * them). The tree of modules is how the order of a graph falls apart into series, parallel and prime (design §4.4).
 */
export type Module = TaskModule | SeriesModule | ParallelModule | PrimeModule

interface Measured {
  /** Smallest position of a task inside: puts modules in a stable, topological order. */
  readonly first: number
  /** How deep Parallels nest when this module is written down. */
  readonly depth: number
}

export interface TaskModule extends Measured {
  readonly t: 'task'
}

/** One after the other. Items may be series again (contraction joins two at a time); `partsOf` flattens. */
export interface SeriesModule extends Measured {
  readonly t: 'series'
  readonly items: readonly Module[]
}

export interface ParallelModule extends Measured {
  readonly t: 'parallel'
  readonly items: readonly Module[]
}

/** Neither: written as a forest in which each node runs behind one host and waits for its other predecessors. */
export interface PrimeModule extends Measured {
  readonly t: 'prime'
  /** In topological order. */
  readonly nodes: readonly PrimeNode[]
}

export interface PrimeNode {
  readonly module: Module
  /** Index of the predecessor behind which the node runs; null for a root. */
  readonly host: number | null
  /** Indexes of the predecessors that only a gate can wait for. */
  readonly awaited: readonly number[]
  readonly hosted: readonly number[]
  readonly hasSuccessor: boolean
}

export const taskModule = (position: number): TaskModule => ({ t: 'task', first: position, depth: 0 })

export const seriesOf = (items: readonly Module[]): SeriesModule => ({
  t: 'series',
  items,
  first: items[0]!.first,
  depth: maxOf(items, (item) => item.depth),
})

export const parallelOf = (items: readonly Module[]): ParallelModule => ({
  t: 'parallel',
  items,
  first: items.reduce((first, item) => Math.min(first, item.first), Number.POSITIVE_INFINITY),
  depth: maxOf(items, (item) => (item.t === 'parallel' ? item.depth : item.depth + 1)),
})

/** Items of a series or parallel module with nested ones of the same kind spliced in, without recursion. */
export function partsOf(module: SeriesModule | ParallelModule): Module[] {
  const parts: Module[] = []
  const stack: Module[] = [module]
  for (let top = stack.pop(); top; top = stack.pop()) {
    if (top.t === module.t) stack.push(...(top as typeof module).items.toReversed())
    else parts.push(top)
  }
  return module.t === 'series' ? parts : parts.sort((a, b) => a.first - b.first)
}

/** Positions of the tasks that nothing inside the module follows, ascending. */
export function sinksOf(module: Module): number[] {
  const sinks: number[] = []
  const stack: Module[] = [module]
  for (let top = stack.pop(); top; top = stack.pop()) {
    if (top.t === 'task') sinks.push(top.first)
    else if (top.t === 'series') stack.push(top.items.at(-1)!)
    else if (top.t === 'parallel') for (const item of top.items) stack.push(item)
    else for (const node of top.nodes) if (!node.hasSuccessor) stack.push(node.module)
  }
  return sinks.sort((a, b) => a - b)
}

export const maxOf = <T>(items: readonly T[], measure: (item: T) => number): number =>
  items.reduce((max, item) => Math.max(max, measure(item)), 0)
