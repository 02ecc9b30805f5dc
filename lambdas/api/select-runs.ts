/**
 * Picks the runs of a list. State, DAG, `run_after` and the order by it are the table's indexes; everything else is
 * compared run by run, within a window whose size has an end.
 */
import type { Run, RunQuery, RunState, RunStore } from '../../run-model/index.ts'
import { type FilterValue, matcher } from './filters.ts'
import { type OrderTerm, orderTerms, sorted } from './order.ts'
import { Refused, windowTooWide } from './problems.ts'
import { flatRun } from './render/dag-run.ts'

/** Most runs that one request reads to compare them itself. */
const windowRuns = 2_000

export const runOrders = [
  'id',
  'run_after',
  'logical_date',
  'dag_id',
  'run_id',
  'dag_run_id',
  'state',
  'start_date',
  'end_date',
  'duration',
] as const

export interface RunSelection {
  /** Empty: across DAGs. */
  readonly dagIds: readonly string[]
  readonly states: readonly RunState[]
  readonly runAfter: RunAfterBounds
  /** Filters beyond these, by Airflow's names. */
  readonly others: Readonly<Record<string, FilterValue>>
  /** @default ['id'], Airflow's order: as created, which is by `run_after` here. */
  readonly orderBy: readonly string[]
  readonly limit: number
  readonly offset: number
}

interface RunAfterBounds {
  readonly run_after_gte?: string | undefined
  readonly run_after_gt?: string | undefined
  readonly run_after_lte?: string | undefined
  readonly run_after_lt?: string | undefined
}

export interface Selected<T> {
  readonly items: readonly T[]
  readonly total: number
}

/** Filters of lists of tasks and XComs that speak of their runs; these narrow the runs that are read at all. */
const aboutRuns = /^(?:(?:run_after|logical_date)_(?:gte|gt|lte|lt)|(?:dag|run)_id_pattern|run_id)$/

/** The runs that filters of another list speak of. */
export function runsOf(
  dagIds: readonly string[],
  filters: Readonly<Record<string, FilterValue>>,
): Omit<RunSelection, 'limit' | 'offset'> {
  const mine = Object.fromEntries(Object.entries(filters).filter(([name]) => aboutRuns.test(name)))
  const { run_after_gte, run_after_gt, run_after_lte, run_after_lt, ...others } = mine
  const text = (value: FilterValue) => (typeof value === 'string' ? value : undefined)
  return {
    dagIds,
    states: [],
    runAfter: {
      run_after_gte: text(run_after_gte),
      run_after_gt: text(run_after_gt),
      run_after_lte: text(run_after_lte),
      run_after_lt: text(run_after_lt),
    },
    others,
    orderBy: [],
  }
}

/** @throws Refused for an unknown order, or when more runs would have to be compared than `windowRuns`. */
export async function selectRuns(store: RunStore, selection: RunSelection): Promise<Selected<Run>> {
  const terms = orderTerms(selection.orderBy.length === 0 ? ['id'] : selection.orderBy, runOrders)
  const isCompared = Object.values(selection.others).some((value) => value !== undefined)
  const order = indexedOrder(terms)
  if (order !== null && !isCompared && selection.dagIds.length <= 1) return pageOfIndex(store, selection, order)
  const test = matcher(selection.others)
  const matching = (await readWindow(store, selection)).filter((run) => test(flatRun(run)))
  const ordered = sorted(matching, terms, flatRun)
  return { items: ordered.slice(selection.offset, selection.offset + selection.limit), total: ordered.length }
}

/** The order that the table keeps anyway, or null. */
function indexedOrder(terms: readonly OrderTerm[]): 'newest' | 'oldest' | null {
  const [first, ...rest] = terms
  if (first === undefined || rest.length > 0 || !['id', 'run_after'].includes(first.field)) return null
  return first.isDescending ? 'newest' : 'oldest'
}

async function pageOfIndex(
  store: RunStore,
  selection: RunSelection,
  order: 'newest' | 'oldest',
): Promise<Selected<Run>> {
  const { limit, offset } = selection
  return store.listRuns({ ...indexQuery(selection, selection.dagIds[0]), order, limit, offset })
}

/** Every run that the indexes let through, oldest first; refuses when there are more than `windowRuns`. */
async function readWindow(store: RunStore, selection: RunSelection): Promise<readonly Run[]> {
  const dagIds = selection.dagIds.length === 0 ? [undefined] : [...new Set(selection.dagIds)]
  const page = { order: 'oldest', limit: windowRuns, offset: 0 } as const
  const pages = await Promise.all(dagIds.map((dagId) => store.listRuns({ ...indexQuery(selection, dagId), ...page })))
  const total = pages.reduce((sum, one) => sum + one.total, 0)
  if (total > windowRuns) throw new Refused(windowTooWide('runs', windowRuns))
  return pages.flatMap((one) => one.items)
}

function indexQuery(selection: RunSelection, dagId: string | undefined): Omit<RunQuery, 'limit' | 'offset'> {
  const { run_after_gte, run_after_gt, run_after_lte, run_after_lt } = selection.runAfter
  const from = latest(run_after_gte, shifted(run_after_gt, 1))
  const to = earliest(run_after_lte, shifted(run_after_lt, -1))
  return {
    ...(dagId === undefined ? {} : { dagId }),
    states: selection.states,
    ...(from === undefined ? {} : { runAfterGte: from }),
    ...(to === undefined ? {} : { runAfterLte: to }),
  }
}

/** Records keep milliseconds, so an open bound is the closed one a millisecond further in. */
const shifted = (at: string | undefined, byMs: number) =>
  at === undefined ? undefined : new Date(Date.parse(at) + byMs).toISOString()

/** Both are canonical (`instant` made them), so text order is time order. */
const latest = (one: string | undefined, other: string | undefined) =>
  one === undefined || (other !== undefined && other > one) ? other : one
const earliest = (one: string | undefined, other: string | undefined) =>
  one === undefined || (other !== undefined && other < one) ? other : one
