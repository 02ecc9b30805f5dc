/** `order_by` as Airflow reads it: several fields, `-` in front for descending, missing values last either way. */
import type { Flat } from './filters.ts'
import { Refused, unsupportedOrder } from './problems.ts'

export interface OrderTerm {
  readonly field: string
  readonly isDescending: boolean
}

/** @throws Refused for a field that is not in `supported`. */
export function orderTerms(orderBy: readonly string[], supported: readonly string[]): readonly OrderTerm[] {
  return orderBy.map((text) => {
    const isDescending = text.startsWith('-')
    const field = isDescending ? text.slice(1) : text
    if (!supported.includes(field)) throw new Refused(unsupportedOrder(text, supported))
    return { field, isDescending }
  })
}

/** Sorts a copy; equal values keep their order. */
export function sorted<T>(items: readonly T[], terms: readonly OrderTerm[], fields: (item: T) => Flat): readonly T[] {
  if (terms.length === 0) return items
  const keyed = items.map((item) => ({ item, flat: fields(item) }))
  keyed.sort((one, other) => {
    for (const term of terms) {
      const order = compare(one.flat[term.field] ?? null, other.flat[term.field] ?? null, term.isDescending)
      if (order !== 0) return order
    }
    return 0
  })
  return keyed.map(({ item }) => item)
}

function compare(one: Flat[string], other: Flat[string], isDescending: boolean): number {
  if (one === other) return 0
  if (one === null || one === undefined) return 1
  if (other === null || other === undefined) return -1
  return (one < other ? -1 : 1) * (isDescending ? -1 : 1)
}
