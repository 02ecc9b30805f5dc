/**
 * A placed task, as an author holds it: an argument for other tasks and an end for edges that only order. It names its
 * task by id; the DAG it belongs to keeps everything else.
 */
import type { Mistake } from './dag-definition.ts'
import { carrier, type Provides, type provided } from './inputs.ts'

/** The DAG behind a reference. */
export interface RefOwner {
  readonly dagId: string
  /** Draws one edge, or records why it cannot be drawn. */
  readonly draw: (from: TaskRef, to: unknown, direction: 'before' | 'after') => void
  readonly report: (mistake: Mistake) => void
}

/** Key of what our own functions may ask a reference and authors need not see. */
export const owner: unique symbol = Symbol('stepdag.owner')

/** What calling a factory returns. `TReturn` is what the handler returns, awaited. */
export class TaskRef<out TReturn = unknown> implements Provides<TReturn> {
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

  /** The others wait for this task. No data passes; drawing an edge twice is drawing it once. */
  before(...later: readonly TaskRef[]): this {
    for (const ref of later) this[owner].draw(this, ref, 'before')
    return this
  }

  /** This task waits for the others. */
  after(...earlier: readonly TaskRef[]): this {
    for (const ref of earlier) this[owner].draw(this, ref, 'after')
    return this
  }
}

export const refOf = (value: unknown): TaskRef | null => (value instanceof TaskRef ? value : null)

/** On a factory: the id of its task, so that a factory used where a reference belongs can be named. */
export const factoryOf: unique symbol = Symbol('stepdag.factory')

export function factoryTaskId(value: unknown): string | null {
  if (typeof value !== 'function' || !(factoryOf in value)) return null
  return typeof value[factoryOf] === 'string' ? value[factoryOf] : null
}
