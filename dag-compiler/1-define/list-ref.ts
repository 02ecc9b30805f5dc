/**
 * An array derived from what tasks return: `.map`, `.zip` and `.concat` of references. It exists only while a run runs; here
 * it is a description that becomes a `TaskInput` where a task takes it.
 */
import type { JsonValue } from '../../run-model/index.ts'
import { isJsonContainer } from './describe.ts'
import { carrier, type Provides, type provided, type TaskInput } from './inputs.ts'
import type { RefOwner } from './ref.ts'

/** A literal array, or a reference to one. */
export type List = TaskInput<readonly unknown[]>

export type ElementsOf<TLists extends readonly unknown[]> = {
  -readonly [K in keyof TLists]: TLists[K] extends Provides<readonly (infer E)[]> | readonly (infer E)[] ? E : never
}

/** Behind the lists of `zip`: what stands in the holes of shorter ones. */
export interface ZipFill {
  readonly fill: JsonValue
}

/** How a list comes about; `parts` are what an author passed. */
export type Derivation =
  | { readonly kind: 'map'; readonly of: unknown; readonly fn: string }
  | { readonly kind: 'zip'; readonly parts: readonly unknown[]; readonly fill?: unknown }
  | { readonly kind: 'concat'; readonly parts: readonly unknown[] }

export const derivation: unique symbol = Symbol('stepdag.derivation')
const of: unique symbol = Symbol('stepdag.of')

export class ListRef<out TElement = unknown> implements Provides<TElement[]> {
  declare readonly [provided]?: TElement[]
  readonly [carrier] = 'list' as const
  readonly [derivation]: Derivation
  readonly [of]: RefOwner

  private constructor(dag: RefOwner, how: Derivation) {
    this[of] = dag
    this[derivation] = how
  }

  /** For references; authors use the methods. */
  static mapped<TIn, TOut>(dag: RefOwner, list: unknown, fn: (element: TIn) => TOut | Promise<TOut>): ListRef<TOut> {
    return new ListRef<TOut>(dag, { kind: 'map', of: list, fn: dag.nameFunction(fn) })
  }

  static zipped<TElement>(dag: RefOwner, first: unknown, others: readonly unknown[]): ListRef<TElement> {
    const last = others.at(-1)
    const isFill = isJsonContainer(last) && !Array.isArray(last) && !(carrier in last) && 'fill' in last
    const parts = [first, ...(isFill ? others.slice(0, -1) : others)]
    return new ListRef<TElement>(dag, { kind: 'zip', parts, ...(isFill && { fill: last.fill }) })
  }

  static joined<TElement>(dag: RefOwner, first: unknown, others: readonly unknown[]): ListRef<TElement> {
    return new ListRef<TElement>(dag, { kind: 'concat', parts: [first, ...others] })
  }

  /** Each element passed through `fn`, which runs in the task that reads it. */
  map<TMapped>(fn: (element: TElement) => TMapped | Promise<TMapped>): ListRef<TMapped> {
    return ListRef.mapped(this[of], this, fn)
  }

  /** Side by side with others, as long as the shortest, or as the longest with `{ fill }`. */
  zip<const TOthers extends readonly List[]>(...others: TOthers): ListRef<[TElement, ...ElementsOf<TOthers>]>
  zip<const TOthers extends readonly List[]>(
    ...others: [...TOthers, ZipFill]
  ): ListRef<[TElement, ...ElementsOf<TOthers>]>
  zip(...others: readonly unknown[]): ListRef {
    return ListRef.zipped(this[of], this, others)
  }

  /** One list after the other. */
  concat<TOther>(...others: readonly TaskInput<readonly TOther[]>[]): ListRef<TElement | TOther> {
    return ListRef.joined(this[of], this, others)
  }
}
