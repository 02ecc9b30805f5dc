/**
 * Every partition key, sort key and index key of the run table. Ids never contain `#`, so a key reads back one way only.
 * Keys are a contract: stored data outlives the code that wrote it (docs/run-records.md has the table).
 */
import type { RunRef, RunState } from './run.ts'

export interface ItemKey {
  readonly pk: string
  readonly sk: string
}

/** Names of the indexes. All of them hold keys only; records are fetched from the table afterwards. */
export const indexes = {
  runsByDag: { name: 'runs-by-dag', hash: 'dagKey', range: 'runOrder' },
  runsByDagState: { name: 'runs-by-dag-state', hash: 'dagStateKey', range: 'runOrder' },
  runsByDay: { name: 'runs-by-day', hash: 'dayKey', range: 'runOrder' },
  runsByDayState: { name: 'runs-by-day-state', hash: 'dayStateKey', range: 'runOrder' },
  /** Sparse: DAGs under `DAGS`, queued and running runs under `OPEN`. */
  lists: { name: 'lists', hash: 'listKey', range: 'listOrder' },
} as const

/** Attribute with the second after which an item may go (DynamoDB TTL). Only gates have it. */
export const ttlAttribute = 'expiresAt'

const partition = {
  run: ({ dagId, runId }: RunRef) => `RUN#${dagId}#${runId}`,
  dag: (dagId: string) => `DAG#${dagId}`,
}

export const keys = {
  run: (run: RunRef): ItemKey => ({ pk: partition.run(run), sk: 'META' }),
  taskInstance: (run: RunRef, taskId: string, mapIndex: number): ItemKey => ({
    pk: partition.run(run),
    sk: `TASK#${taskId}#${mapIndex}`,
  }),
  xcom: (run: RunRef, taskId: string, mapIndex: number, key: string): ItemKey => ({
    pk: partition.run(run),
    sk: `${prefixes.xcoms(taskId, mapIndex)}${key}`,
  }),
  dag: (dagId: string): ItemKey => ({ pk: partition.dag(dagId), sk: 'META' }),
  ledger: (dagId: string): ItemKey => ({ pk: partition.dag(dagId), sk: 'LEDGER' }),
  dagVersion: (dagId: string, version: number): ItemKey => ({
    pk: partition.dag(dagId),
    sk: `${prefixes.versions}${String(version).padStart(8, '0')}`,
  }),
  plan: (dagId: string, planHash: string): ItemKey => ({ pk: partition.dag(dagId), sk: `PLAN#${planHash}` }),
  /** Guard: at most one run per DAG and logical date. */
  logicalDate: (dagId: string, logicalDate: string): ItemKey => ({
    pk: partition.dag(dagId),
    sk: `DATE#${instantKey(logicalDate)}`,
  }),
  /** The machine's gate state writes this key itself (compiler design §5.5). */
  gate: (execution: string, gate: string): ItemKey => ({ pk: `JOIN#${execution}`, sk: gate }),
  variable: (key: string): ItemKey => ({ pk: 'VARIABLES', sk: key }),
  day: (day: string): ItemKey => ({ pk: 'DAYS', sk: day }),
}

export const prefixes = {
  tasks: 'TASK#',
  versions: 'VERSION#',
  /** XComs of every instance of a task. */
  mappedXComs: (taskId: string) => `XCOM#${taskId}#`,
  xcoms: (taskId: string, mapIndex: number) => `XCOM#${taskId}#${mapIndex}#`,
}

/** Bounds of all keys that begin with `prefix`, which ends in `#`: `$` is the next character. */
export function under(prefix: string): readonly [from: string, to: string] {
  return [prefix, `${prefix.slice(0, -1)}$`]
}

export const indexKeys = {
  dag: (dagId: string) => partition.dag(dagId),
  dagState: (dagId: string, state: RunState) => `${partition.dag(dagId)}#${state}`,
  day: (day: string) => `DAY#${day}`,
  dayState: (day: string, state: RunState) => `DAY#${day}#${state}`,
  dags: 'DAGS',
  openRuns: 'OPEN',
  /** Orders runs by `runAfter`, then run id, then DAG id: every instant has the same length, and `#` sorts before any id. */
  runOrder: ({ dagId, runId, runAfter }: RunRef & { readonly runAfter: string }) =>
    `${instantKey(runAfter)}#${runId}#${dagId}`,
}

/** An instant in one spelling, so that equal instants are equal keys and order as text is order in time. */
export function instantKey(instant: string): string {
  return new Date(instant).toISOString()
}

/** UTC day of an instant, `yyyy-mm-dd`. */
export function dayOf(instant: string): string {
  return instantKey(instant).slice(0, 10)
}

/** Places in the object store. */
export const objectKeys = {
  /** A long XCom. */
  xcom: (run: RunRef, taskId: string, mapIndex: number, key: string) =>
    ['xcom', run.dagId, run.runId, taskId, String(mapIndex), key].map(encodeURIComponent).join('/'),
  manifest: (dagId: string, planHash: string, digest: string) =>
    `manifests/${encodeURIComponent(dagId)}/${planHash}-${digest.slice(0, 12)}.json`,
}
