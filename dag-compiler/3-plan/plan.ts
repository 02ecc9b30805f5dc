/**
 * The value of stage 3: how the order of a graph is expressed with sequences, Parallels, Maps and token gates. A task
 * appears in exactly one step or map. A gate holds back what follows it in its sequence until every task in `need` is done,
 * or, with a rule, until what is known of them decides that rule. It is a state of its own only where what follows cannot hold it.
 */
import type { EarlyRule } from '../../run-model/index.ts'

export type Plan =
  | StepItem
  | MapItem
  | ChildItem
  | GateItem
  | { readonly t: 'seq'; readonly items: readonly Plan[] }
  | { readonly t: 'par'; readonly branches: readonly Plan[] }

export interface StepItem {
  readonly t: 'step'
  readonly id: string
  readonly tasks: readonly string[]
  readonly exec: StepKind
  /** The gate that stands before the task, which its own state waits at. Absent: its turn comes with the state before. */
  readonly gate?: GateItem
}

export interface GateItem {
  readonly t: 'gate'
  /** Key of the first task behind it, or the id of a map. */
  readonly id: string
  readonly need: readonly string[]
  readonly rule?: EarlyRule
}

/**
 * What a step's state does: call the task's Lambda once; call it until a condition holds; call it and wait until a token
 * comes back; call an AWS service without Lambda.
 */
export type StepKind = 'lambda' | 'sensor' | 'token' | 'service'

/** A mapped task, or a mapped group: the body runs once per index. */
export interface MapItem {
  readonly t: 'map'
  /** Key of the mapped task, or the id of the mapped group. */
  readonly id: string
  /** Tasks of the body, in topological order; of a mapped task only itself. */
  readonly tasks: readonly string[]
  /** Most iterations at the same time. */
  readonly concurrency: number
  readonly count: MapCount
  /** The plan of one iteration: for a mapped task a single step. */
  readonly body: Plan
}

/** A part that runs as an execution of its own, because one machine cannot hold the whole (design §4.10). */
export interface ChildItem {
  readonly t: 'child'
  /** Begins with `child:`, which no key does. */
  readonly id: string
  /** In topological order. */
  readonly tasks: readonly string[]
  readonly body: Plan
}

/**
 * Where the number of iterations comes from. `entries`: the product of a constant and the lengths that the entries of
 * `of` carry in the state data; none unless every task in `upstreams` succeeded. `expand`: a call decides it.
 */
export type MapCount =
  | {
      readonly by: 'entries'
      readonly of: readonly string[]
      readonly times: number
      readonly upstreams: readonly string[]
    }
  | { readonly by: 'expand' }
