/**
 * A placed task, as an author holds it: an argument for other tasks and an end for edges that only order. It names its
 * task by id; the DAG it belongs to keeps everything else.
 */
import type { Mistake } from './dag-definition.ts'
import { carrier, type Provides, type provided, type TaskInput } from './inputs.ts'
import { type ElementsOf, type List, ListRef, type ZipFill } from './list-ref.ts'

/** The DAG behind a reference. */
export interface RefOwner {
  readonly dagId: string
  /** Draws one edge, or records why it cannot be drawn. */
  readonly draw: (self: End, other: unknown, direction: 'before' | 'after') => void
  readonly markSetup: (ref: TaskRef) => void
  readonly markTeardown: (ref: TaskRef, options: unknown) => void
  /** Keeps a function for the runtime. @returns the name under which `readDag` lists it. */
  readonly nameFunction: (fn: (element: never) => unknown) => string
  readonly report: (mistake: Mistake) => void
}

/** Keys of what our own functions may ask a reference and authors need not see. */
export const owner: unique symbol = Symbol('stepdag.owner')
export const endId: unique symbol = Symbol('stepdag.endId')

/** What an edge can join: a placed task or a group. */
export interface End {
  readonly [owner]: RefOwner
  /** Id of the task or group. */
  readonly [endId]: string
  before(...later: readonly End[]): this
  after(...earlier: readonly End[]): this
}

export interface TeardownOptions {
  /** Tasks whose work this one undoes; each becomes a setup and comes before it. */
  readonly setups?: TaskRef | readonly TaskRef[]
  /** Whether its failure counts for the state of the run. @default false */
  readonly onFailureFailDagrun?: boolean
}

/** What calling a factory returns. `TReturn` is what the handler returns, awaited. */
export class TaskRef<out TReturn = unknown> implements Provides<TReturn>, End {
  declare readonly [provided]?: TReturn
  readonly [carrier] = 'ref' as const
  readonly dagId: string
  readonly taskId: string
  readonly [owner]: RefOwner

  /** Made by a DAG, never by an author. */
  constructor(taskId: string, of: RefOwner) {
    this.dagId = of.dagId
    this.taskId = taskId
    this[owner] = of
  }

  get [endId](): string {
    return this.taskId
  }

  /** The others wait for this task. No data passes; drawing an edge twice is drawing it once. */
  before(...later: readonly End[]): this {
    for (const end of later) this[owner].draw(this, end, 'before')
    return this
  }

  /** This task waits for the others. */
  after(...earlier: readonly End[]): this {
    for (const end of earlier) this[owner].draw(this, end, 'after')
    return this
  }

  /**
   * Prepares what later tasks need. Between it and its teardown (or behind it, when it has none) a task runs only when this
   * one succeeded, whatever its rule.
   */
  asSetup(): this {
    this[owner].markSetup(this)
    return this
  }

  /**
   * Cleans up: runs when all its upstreams have ended and one of its setups succeeded, even if the work failed.
   *
   * @example drop.asTeardown({ setups: create })
   */
  asTeardown(options: TeardownOptions = {}): this {
    this[owner].markTeardown(this, options)
    return this
  }

  /** The returned array with each element passed through `fn`, which runs in the task that reads it. */
  map<TElement, TMapped>(
    this: TaskRef<readonly TElement[]>,
    fn: (element: TElement) => TMapped | Promise<TMapped>,
  ): ListRef<TMapped> {
    return ListRef.mapped<TElement, TMapped>(this[owner], this, fn)
  }

  /** The returned array and others side by side, as long as the shortest, or as the longest with `{ fill }`. */
  zip<TElement, const TOthers extends readonly List[]>(
    this: TaskRef<readonly TElement[]>,
    ...others: TOthers
  ): ListRef<[TElement, ...ElementsOf<TOthers>]>
  zip<TElement, const TOthers extends readonly List[]>(
    this: TaskRef<readonly TElement[]>,
    ...others: [...TOthers, ZipFill]
  ): ListRef<[TElement, ...ElementsOf<TOthers>]>
  zip(...others: readonly unknown[]): ListRef {
    return ListRef.zipped(this[owner], this, others)
  }

  /** The returned array and others one after the other. */
  concat<TElement>(
    this: TaskRef<readonly TElement[]>,
    ...others: readonly TaskInput<readonly TElement[]>[]
  ): ListRef<TElement> {
    return ListRef.joined<TElement>(this[owner], this, others)
  }
}

export const refOf = (value: unknown): TaskRef | null => (value instanceof TaskRef ? value : null)

/** A task's reference or a group, as an end of an edge. */
export function endOf(value: unknown): End | null {
  if (typeof value !== 'object' || value === null || !(endId in value)) return null
  // The key is a symbol of this module: only our references and groups have it.
  return value as End
}

/** On a factory: the id of its task, so that a factory used where a reference belongs can be named. */
export const factoryOf: unique symbol = Symbol('stepdag.factory')

export function factoryTaskId(value: unknown): string | null {
  if (typeof value !== 'function' || !(factoryOf in value)) return null
  return typeof value[factoryOf] === 'string' ? value[factoryOf] : null
}
