/** Any value of a DAG file → a few words for an error message: what the author wrote, as far as that can be told. */

/** Longest text that is shown of a value. */
const longestShown = 60

export function describe(value: unknown): string {
  if (value === undefined) return 'undefined'
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'number') return String(value)
  if (typeof value === 'function') return value.name ? `the function ${value.name}` : 'a function'
  if (typeof value === 'symbol') return 'a symbol'
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? 'an invalid Date' : `the Date ${value.toISOString()}`
  if (typeof value === 'object' && value !== null && !isJsonContainer(value))
    return `an object of class ${className(value)}`
  return shorten(toJson(value))
}

/** An array or a plain object: something JSON has a notation for. */
export function isJsonContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === null || prototype === Object.prototype
}

function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'undefined'
  } catch {
    // A circle, or a bigint inside: not JSON, and the kind of thing is all we can say.
    return Array.isArray(value) ? 'an array' : 'an object'
  }
}

const className = (value: object): string => value.constructor?.name || 'without a name'

const shorten = (text: string): string => (text.length <= longestShown ? text : `${text.slice(0, longestShown - 1)}…`)
