/**
 * Values that exist only while a run runs, for arguments of service calls: `out(ref).table.name`, `run.params.region`. Each
 * knows where its value will be found, and leaves a marker in a text it is written into, which `readServiceArgument` finds.
 */
import type { ServiceArgument } from '../dag-definition.ts'
import { AuthoringError } from '../errors.ts'
import type { Provides } from '../inputs.ts'
import type { TaskRef } from '../ref.ts'

/** What a value stands for, and of which DAG; null: of any. */
export interface Held {
  readonly dagId: string | null
  readonly argument: ServiceArgument
}

declare const provides: unique symbol
const held: unique symbol = Symbol('stepdag.serviceValue')

/** Something that will be a `T` when the service is called. */
export interface ServiceValue<out T = unknown> {
  readonly [provides]?: T
  readonly [held]: Held
}

/** A value and the values inside it. */
export type Out<T> = ServiceValue<T> &
  (T extends readonly (infer E)[]
    ? { readonly [index: number]: Out<E> }
    : T extends object
      ? { readonly [K in keyof T]-?: Out<NonNullable<T[K]>> }
      : unknown)

/**
 * What a task will have returned, and any value inside it.
 *
 * @example athenaQuery({ args: { QueryString: `select * from ${out(made).table.name}` } })
 */
export function out<T>(ref: TaskRef<T> | (Provides<T> & TaskRef)): Out<T> {
  // A proxy has every path that `T` has; what it stands for is decided when it is read.
  return valueAt({ dagId: ref.dagId, argument: { ref: ref.taskId, path: [] } }) as Out<T>
}

/** What the author's value stands for; null for any other value. */
export function heldBy(value: unknown): Held | null {
  if (typeof value !== 'object' || value === null || !(held in value)) return null
  // The key is a symbol of this module: only `Holder` has it.
  return value[held] as Held
}

/** A value without values inside: a text with holes, the token. */
export const holding = <T>(value: Held): ServiceValue<T> => new Holder(value)

/** @returns a value whose properties are the values inside it, as deep as anybody asks */
export function valueAt(at: Held): ServiceValue {
  return new Proxy(new Holder(at), {
    get: (holder, key) => {
      if (typeof key === 'symbol' || key in holder) return Reflect.get(holder, key)
      // Promises look for it: a value is none.
      return key === 'then' ? undefined : valueAt({ ...at, argument: inside(at.argument, key) })
    },
  })
}

function inside(argument: ServiceArgument, key: string): ServiceArgument {
  if ('run' in argument) return { run: [...argument.run, key] }
  if (!('ref' in argument)) return argument
  return { ref: argument.ref, path: [...argument.path, /^(0|[1-9]\d*)$/.test(key) ? Number(key) : key] }
}

class Holder<T> implements ServiceValue<T> {
  declare readonly [provides]?: T
  readonly [held]: Held

  constructor(value: Held) {
    this[held] = value
  }

  [Symbol.toPrimitive](): string {
    return markerOf(this[held])
  }

  toString(): string {
    return markerOf(this[held])
  }

  /** `JSON.stringify` would leave an empty object and nobody would notice. */
  toJSON(): never {
    throw new AuthoringError('JSON.stringify was given a value that exists only while a run runs', {
      why: 'the text is made when the file loads, long before the value is known',
      fix: 'write the object itself as the argument; Step Functions makes the JSON',
    })
  }
}

/**
 * The marker holds what it stands for, so that no list of markers has to be kept. Private-use letters delimit it; inside
 * they would be percent-encoded.
 */
const markers = /\uE000stepdag:([^\uE000\uE001]*)\uE001/

const markerOf = (value: Held): string => `\uE000stepdag:${encodeURIComponent(JSON.stringify(value))}\uE001`

export const hasMarker = (text: string): boolean => markers.test(text)

/** A text as an author's template literal left it → its literal parts and the values in its holes. */
export function splitMarkers(text: string): readonly (string | Held)[] {
  const parts = text.split(markers)
  return parts.map((part, at) => (at % 2 === 0 ? part : readMarker(part))).filter((part) => part !== '')
}

// Only `markerOf` writes this delimiter with our name, and it writes a `Held`.
const readMarker = (encoded: string): Held => JSON.parse(decodeURIComponent(encoded)) as Held
