/**
 * Types of what a task is called with: for every argument of its handler a literal, another task's reference,
 * `optional(ref)` or `all([...])`. TypeScript checks names and types here; `read-inputs.ts` checks the values.
 */

/** Carries the type of a value that exists only while a run runs. Never set. */
export declare const provided: unique symbol

/** Marks our own values among an author's literals: no JSON has a symbol as key. */
export const carrier: unique symbol = Symbol('stepdag.carrier')

/** Something that will be a `T` when the task runs. */
export interface Provides<out T> {
  readonly [provided]?: T
  readonly [carrier]: 'ref' | 'optional' | 'all' | 'list' | 'element' | 'collected'
}

/** What may stand for an argument of type `T`. */
export type TaskInput<T> = T | Provides<T>

/** The object a factory is called with: one entry per argument of the handler. */
export type TaskInputs<TArgs> = { readonly [K in keyof TArgs]: TaskInput<TArgs[K]> }

/** Inputs in the order in which the handler destructures them. */
export interface ArgList<out TValues extends readonly unknown[] = readonly unknown[]> {
  readonly [carrier]: 'arg-list'
  readonly values: TValues
}

/**
 * Gives a task's inputs in order instead of by name. The handler must destructure its argument in its parameter list.
 *
 * @example load(withArgList(extracted, 'eu'))     // load: async ({ rows, region }: …) => …
 */
export function withArgList<const TValues extends readonly unknown[]>(...values: TValues): ArgList<TValues> {
  return Object.freeze({ [carrier]: 'arg-list' as const, values: Object.freeze(values) })
}

/** A reference that may have nothing to give: the handler gets null then. */
export interface OptionalRef<out T> extends Provides<T> {
  readonly [carrier]: 'optional'
  readonly ref: Provides<unknown>
}

/** Several inputs as one array argument. */
export interface AllRefs<out T> extends Provides<T> {
  readonly [carrier]: 'all'
  readonly items: readonly unknown[]
}

/** What a mapped group's instance works on: one element of the group's mapping. */
export interface ElementRef<out T> extends Provides<T> {
  readonly [carrier]: 'element'
  readonly groupId: string
  readonly key: string
}

/** What all instances of a mapped group's task returned, in order. */
export interface CollectedRef<out T> extends Provides<T[]> {
  readonly [carrier]: 'collected'
  readonly ref: Provides<unknown>
}

type ProvidedBy<T> = T extends Provides<infer V> ? V : T

/**
 * Passes null when the upstream pushed no return value, for instance because it was skipped.
 *
 * @example report({ refunds: optional(refunds) })  // report: async ({ refunds }: { refunds: Refund[] | null }) => …
 */
export function optional<T>(ref: Provides<T> & { readonly [carrier]: 'ref' }): OptionalRef<T | null> {
  return Object.freeze({ [carrier]: 'optional' as const, ref })
}

/**
 * Passes an array with one element per input.
 *
 * @example total({ counts: all([north, south]) })  // total: async ({ counts }: { counts: number[] }) => …
 */
export function all<const TItems extends readonly unknown[]>(
  items: TItems,
): AllRefs<{ -readonly [K in keyof TItems]: ProvidedBy<TItems[K]> }> {
  return Object.freeze({ [carrier]: 'all' as const, items: Object.freeze([...items]) })
}
