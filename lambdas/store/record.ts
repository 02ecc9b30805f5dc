/**
 * A record travels as one JSON text in attribute `record`, so that it comes back exactly as it went in: DynamoDB's own
 * numbers, nesting limit and empty values never touch it. Attributes beside it exist only for keys and conditions.
 */
import type { Item } from './table.ts'

export function encode(record: object): string {
  return JSON.stringify(record)
}

/** The type is the writer's: every item with a `record` was written by `encode` under a key of that type. */
export function decode<T>(item: Item): T {
  return JSON.parse(String(item.record)) as T
}
