/**
 * Lists of runs: keys from an index, newest or oldest first, then the records of one page. Across DAGs the list walks
 * the days that have runs, so no index partition grows with the history of the installation.
 */
import {
  dayOf,
  indexes,
  indexKeys,
  instantKey,
  keys,
  type Run,
  type RunQuery,
  type RunState,
  type RunStore,
} from '../../run-model/index.ts'
import { decode } from './record.ts'
import type { Item, KeyQuery, RunTable } from './table.ts'

/** `total` is exact up to here (semantics §19). */
const countedRuns = 10_000
/** Days read at once: enough that a year of quiet days takes few rounds, few enough not to flood the table. */
const daysAtOnce = 8

type RunLists = Pick<RunStore, 'listRuns' | 'listOpenRuns' | 'latestRun'>

export function runListStore(table: RunTable): RunLists {
  return {
    async listRuns(query) {
      const wanted = Math.max(countedRuns, query.offset + query.limit)
      const found =
        query.dagId === undefined ? await acrossDags(query, wanted) : await ofDag(query, query.dagId, wanted)
      const page = found.slice(query.offset, query.offset + query.limit)
      return { items: await runsAt(page), total: Math.min(found.length, countedRuns) }
    },
    async listOpenRuns(dagId) {
      if (dagId !== undefined) return runsAt(await merged(openOf(dagId), 'oldest'), isOpen)
      const { name, hash } = indexes.lists
      return runsAt(await table.query({ index: name, hash: [hash, indexKeys.openRuns], order: 'ascending' }), isOpen)
    },
    async latestRun(dagId) {
      const { name, hash } = indexes.runsByDag
      const query: KeyQuery = { index: name, hash: [hash, indexKeys.dag(dagId)], order: 'descending', atMost: 1 }
      const [run] = await runsAt(await table.query(query))
      return run ?? null
    },
  }

  /** An index may lag behind the table by moments (on AWS); the records themselves are read consistently. */
  async function runsAt(found: readonly Item[], only: (run: Run) => boolean = () => true): Promise<readonly Run[]> {
    return (await table.batchGet(found)).map(decode<Run>).filter(only)
  }

  function ofDag(query: RunQuery, dagId: string, atMost: number): Promise<readonly Item[]> {
    const { runsByDag, runsByDagState } = indexes
    const partitions = query.states?.length
      ? query.states.map((state) => [runsByDagState, indexKeys.dagState(dagId, state)] as const)
      : [[runsByDag, indexKeys.dag(dagId)] as const]
    return merged(partitionQueries(partitions, query, atMost), query.order)
  }

  async function acrossDags(query: RunQuery, atMost: number): Promise<readonly Item[]> {
    const days = await daysOf(query)
    const found: Item[] = []
    for (let first = 0; first < days.length && found.length < atMost; first += daysAtOnce) {
      const some = days.slice(first, first + daysAtOnce)
      const lists = await Promise.all(some.map((day) => merged(dayQueries(day, query, atMost), query.order)))
      found.push(...lists.flat())
    }
    return found
  }

  async function daysOf(query: RunQuery): Promise<readonly string[]> {
    const from = query.runAfterGte === undefined ? '0000' : dayOf(query.runAfterGte)
    const to = query.runAfterLte === undefined ? '9999' : dayOf(query.runAfterLte)
    if (from > to) return []
    const order = query.order === 'oldest' ? 'ascending' : 'descending'
    const items = await table.query({ hash: ['pk', keys.day('').pk], range: ['sk', from, to], order })
    return items.map((item) => item.sk)
  }

  /** Merges partitions into one list in run order. */
  async function merged(queries: readonly KeyQuery[], order: RunQuery['order']): Promise<readonly Item[]> {
    const lists = await Promise.all(queries.map((query) => table.query(query)))
    if (lists.length === 1) return lists[0]!
    const direction = order === 'oldest' ? 1 : -1
    const { range } = indexes.runsByDag
    return lists.flat().sort((a, b) => (String(a[range]) < String(b[range]) ? -direction : direction))
  }
}

const isOpen = (run: Run) => run.state === 'queued' || run.state === 'running'

type Partition = readonly [index: { readonly name: string; readonly hash: string; readonly range: string }, key: string]

function openOf(dagId: string): readonly KeyQuery[] {
  const { name, hash } = indexes.runsByDagState
  return (['queued', 'running'] satisfies RunState[]).map((state) => ({
    index: name,
    hash: [hash, indexKeys.dagState(dagId, state)],
    order: 'ascending',
  }))
}

function dayQueries(day: string, query: RunQuery, atMost: number): readonly KeyQuery[] {
  const { runsByDay, runsByDayState } = indexes
  const partitions = query.states?.length
    ? query.states.map((state) => [runsByDayState, indexKeys.dayState(day, state)] as const)
    : [[runsByDay, indexKeys.day(day)] as const]
  return partitionQueries(partitions, query, atMost)
}

function partitionQueries(partitions: readonly Partition[], query: RunQuery, atMost: number): readonly KeyQuery[] {
  const bounds = boundsOf(query)
  if (bounds === null) return []
  return partitions.map(([index, key]) => ({
    index: index.name,
    hash: [index.hash, key],
    range: [index.range, ...bounds],
    order: query.order === 'oldest' ? 'ascending' : 'descending',
    atMost,
  }))
}

/** Every order key begins with an instant and `#`; `$` is the next character. Null: no instant fits. */
function boundsOf(query: RunQuery): readonly [from: string, to: string] | null {
  const from = query.runAfterGte === undefined ? '0000' : instantKey(query.runAfterGte)
  const to = query.runAfterLte === undefined ? '9999' : `${instantKey(query.runAfterLte)}$`
  return from > to ? null : [from, to]
}
