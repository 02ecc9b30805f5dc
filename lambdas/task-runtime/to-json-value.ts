/**
 * Decides whether a value can be an XCom. What passes reads back equal to what was pushed; what would silently change
 * (a Date, a Map, NaN, an instance) fails the try and the message names the place.
 */
import type { JsonObject, JsonValue } from '../../run-model/index.ts'

/** A value that JSON cannot hold. Its size is the store's concern. */
export class XComValueError extends Error {
  override readonly name = 'XComValueError'
}

/**
 * @param value what a handler returned or pushed; `undefined` properties of objects are left out, as JSON does.
 * @param what leads the message, e.g. `The return value of "extract"`.
 * @throws XComValueError
 */
export function toJsonValue(value: unknown, what: string): JsonValue {
  return convert(value, { what, path: [], enclosing: [] })
}

interface Place {
  readonly what: string
  readonly path: readonly string[]
  /** Objects around this one: meeting one of them again is a cycle. */
  readonly enclosing: readonly object[]
}

function convert(value: unknown, place: Place): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : refuse(String(value), place)
  if (typeof value !== 'object') return refuse(describePrimitive(value), place)
  if (place.enclosing.includes(value)) return refuse('a reference to an object around it (a cycle)', place)
  if (Array.isArray(value))
    return value.map((item: unknown, index) => convert(item, inside(place, value, `[${index}]`)))
  if (isPlain(value)) return convertObject(value, place)
  return refuse(`an instance of ${value.constructor?.name || 'a class'}`, place)
}

function convertObject(value: object, place: Place): JsonObject {
  const defined = Object.entries(value).filter(([, item]) => item !== undefined)
  return Object.fromEntries(
    defined.map(([key, item]: [string, unknown]) => [key, convert(item, inside(place, value, property(key)))]),
  )
}

/** True for object literals, those of another realm included (their `Object.prototype` is not ours). */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

const inside = (place: Place, parent: object, step: string): Place => ({
  what: place.what,
  path: [...place.path, step],
  enclosing: [...place.enclosing, parent],
})

const property = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`)

const describePrimitive = (value: unknown): string =>
  value === undefined ? 'undefined' : `a ${typeof value === 'bigint' ? 'BigInt' : typeof value}`

function refuse(found: string, { what, path }: Place): never {
  const where = path.length === 0 ? '' : ` at ${path.join('').replace(/^\./, '')}`
  throw new XComValueError(
    `${what} has ${found}${where}, which JSON cannot hold. Convert it first, e.g. a Date with toISOString(), a Map with Object.fromEntries().`,
  )
}
