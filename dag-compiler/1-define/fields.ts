/**
 * Options an author may write, as a table of fields: each reads one unknown value or says what it expected. The table
 * decides everything: an option without a field does not exist.
 */
import type { JsonObject, JsonValue } from '../../run-model/index.ts'
import { isJsonContainer } from './describe.ts'

export interface Field<T> {
  /** For the author: what may be written, limits included. */
  readonly expected: string
  /** The value as it is kept, or undefined when `given` is not what was expected. */
  readonly read: (given: unknown) => T | undefined
}

export const text: Field<string> = {
  expected: 'a text',
  read: (given) => (typeof given === 'string' ? given : undefined),
}

export const name: Field<string> = {
  expected: 'a text that is not empty',
  read: (given) => (typeof given === 'string' && given !== '' ? given : undefined),
}

export const flag: Field<boolean> = {
  expected: 'true or false',
  read: (given) => (typeof given === 'boolean' ? given : undefined),
}

export const texts: Field<readonly string[]> = {
  expected: 'an array of texts',
  read: (given) => (Array.isArray(given) && given.every((item) => typeof item === 'string') ? [...given] : undefined),
}

/** Kept as RFC 3339 in UTC. */
export const date: Field<string> = {
  expected: "a valid Date, for instance new Date('2026-01-01T00:00:00Z')",
  read: (given) => (given instanceof Date && !Number.isNaN(given.getTime()) ? given.toISOString() : undefined),
}

/** @param unit what is counted, for the message. */
export function whole(unit: string, min: number, max: number, reason = ''): Field<number> {
  const range = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `from ${min} to ${max}`
  return {
    expected: `a whole number of ${unit}, ${range}${reason && ` (${reason})`}`,
    read: (given) =>
      typeof given === 'number' && Number.isInteger(given) && given >= min && given <= max ? given : undefined,
  }
}

export function number(expected: string, allows: (value: number) => boolean): Field<number> {
  return { expected, read: (given) => (typeof given === 'number' && allows(given) ? given : undefined) }
}

export function oneOf<const T extends string>(values: readonly T[]): Field<T> {
  return { expected: `one of ${values.join(', ')}`, read: (given) => values.find((value) => value === given) }
}

/** `null` means the same as leaving the option out. */
export function orNull<T>(field: Field<T>): Field<T | null> {
  return { expected: `${field.expected}, or null`, read: (given) => (given === null ? null : field.read(given)) }
}

export const jsonObject: Field<JsonObject> = {
  expected: 'an object of JSON values',
  read: (given) => {
    const copy = isJsonContainer(given) && !Array.isArray(given) ? copyJson(given) : undefined
    // `copyJson` keeps the kind of container, and an array was excluded above.
    return copy as JsonObject | undefined
  },
}

/** @param inside the containers on the way: one that contains itself is not JSON. */
function copyJson(value: unknown, inside: readonly object[] = []): JsonValue | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (!isJsonContainer(value) || inside.includes(value)) return undefined
  const entries = Object.entries(value).map(([key, item]) => [key, copyJson(item, [...inside, value])] as const)
  if (entries.some(([, item]) => item === undefined)) return undefined
  if (Array.isArray(value)) return entries.map(([, item]) => item ?? null)
  return Object.fromEntries(entries.map(([key, item]) => [key, item ?? null]))
}
