/**
 * Decides whether a value can be an XCom. What passes reads back equal to what was pushed; what would silently change
 * (a Date, a Map, NaN, an instance) fails the try and the message names the place.
 */
import type { JsonValue } from '../../run-model/index.ts'

/** A value that JSON cannot hold. Its size is the store's concern. */
class XComValueError extends Error {
  override readonly name = 'XComValueError'
}

/**
 * @param value what a handler returned or pushed; `undefined` properties of objects are left out when it is stored.
 * @param what leads the message, e.g. `The return value of "extract"`.
 * @returns the value itself: copying it would double the time for a large one.
 * @throws XComValueError
 */
export function toJsonValue(value: unknown, what: string): JsonValue {
  check(value, { what, step: '', within: null })
  // Checked above, property by property.
  return value as JsonValue
}

/** Where a value sits. A chain to the top instead of a path: large values have many places, and few are ever printed. */
interface Place {
  readonly what: string
  /** Property name, or a number: index of an array. */
  readonly step: string | number
  readonly within: Enclosing | null
}

interface Enclosing extends Place {
  readonly object: object
}

function check(value: unknown, place: Place): void {
  if (isJsonPrimitive(value)) return
  if (typeof value !== 'object' || value === null) refuse(describePrimitive(value), place)
  if (isEnclosed(value, place.within)) refuse('a reference to an object around it (a cycle)', place)
  const within: Enclosing = { what: place.what, step: place.step, within: place.within, object: value }
  if (Array.isArray(value)) checkItems(value, within)
  else if (isPlain(value)) checkProperties(value, within)
  else refuse(`an instance of ${value.constructor?.name || 'a class'}`, place)
}

function checkItems(items: readonly unknown[], within: Enclosing): void {
  // By index, because `forEach` skips holes and JSON does not.
  for (let step = 0; step < items.length; step++) {
    const item = items[step]
    if (!isJsonPrimitive(item)) check(item, { what: within.what, step, within })
  }
}

function checkProperties(value: object, within: Enclosing): void {
  for (const [step, item] of Object.entries(value)) {
    if (item !== undefined && !isJsonPrimitive(item)) check(item, { what: within.what, step, within })
  }
}

const isJsonPrimitive = (value: unknown): boolean =>
  value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)

function isEnclosed(value: object, within: Enclosing | null): boolean {
  for (let around = within; around; around = around.within) if (around.object === value) return true
  return false
}

/** True for object literals, those of another realm included (their `Object.prototype` is not ours). */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function pathTo({ step, within }: Place): string {
  if (!within) return ''
  if (typeof step === 'number') return `${pathTo(within)}[${step}]`
  return /^[A-Za-z_$][\w$]*$/.test(step) ? `${pathTo(within)}.${step}` : `${pathTo(within)}[${JSON.stringify(step)}]`
}

function describePrimitive(value: unknown): string {
  if (value === undefined || typeof value === 'number') return String(value)
  return `a ${typeof value === 'bigint' ? 'BigInt' : typeof value}`
}

function refuse(found: string, place: Place): never {
  const path = pathTo(place).replace(/^\./, '')
  throw new XComValueError(
    `${place.what} has ${found}${path && ` at ${path}`}, which JSON cannot hold. Convert it first, e.g. a Date with ` +
      'toISOString(), a Map with Object.fromEntries().',
  )
}
