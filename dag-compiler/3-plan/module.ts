/**
 * A module: tasks that look the same from outside (every other task precedes all, follows all, or is unrelated to all of
 * them), as far as the structure goes: what a gate waits for is no part of it. The tree of modules is how the order of a graph
 * falls apart into series and parallel, with gates for what neither can say (design §4.4).
 */
export type Module = TaskModule | SeriesModule | ParallelModule | GateModule

interface Measured {
  /** Smallest position of a task inside: puts modules in a stable, topological order. */
  readonly first: number
  /** How deep Parallels nest when this module is written down. */
  readonly depth: number
  /** Gates, and Parallels if none stands directly inside another: what the module costs besides its tasks. */
  readonly states: number
}

export interface TaskModule extends Measured {
  readonly t: 'task'
  /** Its state can be a gate as well. */
  readonly holdsGate: boolean
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

/** Holds back what follows it in its series. It stands half a position before the first task that it holds back. */
export interface GateModule extends Measured {
  readonly t: 'gate'
  /** Position of that task. */
  readonly before: number
  /** Positions of the tasks it waits for, ascending. */
  readonly need: readonly number[]
}

export const taskModule = (position: number, holdsGate: boolean): TaskModule => ({
  t: 'task',
  first: position,
  depth: 0,
  states: 0,
  holdsGate,
})

/** A module behind a gate that waits for the tasks at `need`. The gate costs a state unless a task begins the module and holds it. */
export function behindGate(module: Module, need: readonly number[]): SeriesModule {
  const before = module.first
  const head = headOf(module)
  const states = head.t === 'task' && head.holdsGate ? 0 : 1
  return seriesOf([{ t: 'gate', before, need, first: before - 0.5, depth: 0, states }, module])
}

function headOf(module: Module): Module {
  let head = module
  while (head.t === 'series') head = head.items[0]!
  return head
}

export const seriesOf = (items: readonly Module[]): SeriesModule => ({
  t: 'series',
  items,
  first: items[0]!.first,
  depth: maxOf(items, (item) => item.depth),
  states: sumOf(items, statesOf),
})

export const parallelOf = (items: readonly Module[]): ParallelModule => ({
  t: 'parallel',
  items,
  first: items.reduce((first, item) => Math.min(first, item.first), Number.POSITIVE_INFINITY),
  depth: maxOf(items, (item) => (item.t === 'parallel' ? item.depth : item.depth + 1)),
  // The state of a Parallel that is a branch of this one is not written.
  states: 1 + sumOf(items, (item) => (item.t === 'parallel' ? item.states - 1 : item.states)),
})

export const statesOf = ({ states }: Module): number => states

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

/** Positions of the tasks that nothing inside the module follows, ascending. A gate is always followed by a task. */
export function sinksOf(module: Module): number[] {
  const sinks: number[] = []
  const stack: Module[] = [module]
  for (let top = stack.pop(); top; top = stack.pop()) {
    if (top.t === 'task') sinks.push(top.first)
    else if (top.t === 'series') stack.push(top.items.at(-1)!)
    else if (top.t === 'parallel') for (const item of top.items) stack.push(item)
  }
  return sinks.sort((a, b) => a - b)
}

const maxOf = <T>(items: readonly T[], measure: (item: T) => number): number =>
  items.reduce((max, item) => Math.max(max, measure(item)), 0)

const sumOf = <T>(items: readonly T[], measure: (item: T) => number): number =>
  items.reduce((sum, item) => sum + measure(item), 0)
