/** A page of executions, newest first, and the place after it. Invariant: starts and ends meanwhile do not move that place. */
import type { ListedRow } from '../storage/execution-index.ts'
import { optionalText, type Page, placeOfToken, type Request, sizeOf, tokenOfPlace } from './api-error.ts'

/** A page with a filter that little passes ends here, with fewer items than asked for, as pages of AWS may. */
const mostLooks = 10_000

/** The `before` of `ExecutionIndex.newestFirst` that the request's token stands for. */
export function olderThan(request: Request): number | undefined {
  const token = optionalText(request, 'nextToken')
  return token === null ? undefined : placeOfToken(token)
}

/** @param choose the row as the caller shows it, or null when it is not asked for */
export function pageOfRows<T>(
  rows: Iterable<ListedRow>,
  request: Request,
  choose: (row: ListedRow) => T | null,
): Page<T> {
  const size = sizeOf(request, 100, 1000)
  const items: T[] = []
  let looks = 0
  let last = 0
  for (const row of rows) {
    // There is at least this one more, so the page has a successor.
    if (items.length === size || looks++ === mostLooks) return { items, nextToken: tokenOfPlace(last) }
    last = row.at
    const item = choose(row)
    if (item !== null) items.push(item)
  }
  return { items, nextToken: undefined }
}
