/** DynamoDB's JSON, in which every value names its type, to plain values and back. */
import type { Attributes } from './expressions.ts'

export const fromTyped = (attributes: Attributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, plain(value)]))

export const toTyped = (attributes: Attributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, typed(value)]))

function plain(value: unknown): unknown {
  const [[type, inner] = []] = Object.entries(value as object) // an attribute value is an object with one member
  switch (type) {
    case 'N':
      return Number(inner)
    case 'NULL':
      return null
    case 'M':
      return fromTyped(inner)
    case 'L':
      return (inner as unknown[]).map(plain) // DynamoDB's list
    default:
      return inner
  }
}

function typed(value: unknown): unknown {
  if (value === null) return { NULL: true }
  if (Array.isArray(value)) return { L: value.map(typed) }
  switch (typeof value) {
    case 'number':
      return { N: String(value) }
    case 'boolean':
      return { BOOL: value }
    case 'object':
      return { M: toTyped(value as Attributes) } // neither null nor an array
    default:
      return { S: value }
  }
}
