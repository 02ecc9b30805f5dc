/**
 * Task instances of runs: the tasks of each run's version, merged with the records of those that were reached. Tasks
 * keep their topological order; records of tasks that the version lacks come last.
 */
import type { DagManifest, DagRecord, DagVersion, Run, RunStore, TaskInstance } from '../../run-model/index.ts'
import { didYouMean } from '../../run-model/index.ts'
import type { FilterValue } from './filters.ts'
import type { Lookup } from './lookup.ts'
import { Refused, unknownTask, unknownTaskInstance, windowTooWide } from './problems.ts'
import type { Instance } from './render/task-instance.ts'
import { anyOne } from './routes/route.ts'
import { runsOf, selectRuns } from './select-runs.ts'

/** Most runs whose instances one request reads: each costs a query. */
const windowRuns = 100

/** Every task of one run. */
export async function instancesOfRun(store: RunStore, lookup: Lookup, run: Run, dag: DagRecord) {
  const [{ version, manifest }, records] = await Promise.all([
    lookup.manifestOf(run, dag),
    run.state === 'queued' ? [] : store.listTaskInstances(run),
  ])
  return mergeInstances(run, dag, version, manifest, records)
}

export interface ListPath {
  readonly dag_id: string
  readonly dag_run_id: string
}

/**
 * Every task of the runs that a list path names; `~` is any.
 * @param filters those of the list; what they say about runs narrows what is read.
 * @throws Refused (404) for an unknown DAG or run, (400) when more runs than `windowRuns` would have to be read.
 */
export async function instancesAt(
  store: RunStore,
  lookup: Lookup,
  { dag_id, dag_run_id }: ListPath,
  filters: Readonly<Record<string, FilterValue>>,
): Promise<readonly Instance[]> {
  if (dag_id === anyOne) {
    return instancesOfDags(store, lookup, [], dag_run_id === anyOne ? filters : { ...filters, run_id: dag_run_id })
  }
  const dag = await lookup.dag(dag_id)
  if (dag_run_id === anyOne) return instancesOfDags(store, lookup, [dag_id], filters)
  return instancesOfRun(store, lookup, await lookup.run({ dagId: dag_id, runId: dag_run_id }), dag)
}

/** @param dagIds empty: of any DAG. */
export async function instancesOfDags(
  store: RunStore,
  lookup: Lookup,
  dagIds: readonly string[],
  filters: Readonly<Record<string, FilterValue>>,
): Promise<readonly Instance[]> {
  const selection = { ...runsOf(dagIds, filters), limit: windowRuns, offset: 0 }
  const { items, total } = await selectRuns(store, selection)
  if (total > windowRuns) throw new Refused(windowTooWide('runs', windowRuns))
  return instancesOfEach(store, lookup, items)
}

/** Every task of the runs that exist among these pairs. */
export async function instancesOfNamed(
  store: RunStore,
  lookup: Lookup,
  dagIds: readonly string[],
  runIds: readonly string[],
): Promise<readonly Instance[]> {
  const refs = dagIds.flatMap((dagId) => runIds.map((runId) => ({ dagId, runId })))
  if (refs.length > windowRuns) throw new Refused(windowTooWide('runs', windowRuns))
  const runs = await Promise.all(refs.map((ref) => store.getRun(ref)))
  return instancesOfEach(
    store,
    lookup,
    runs.filter((run) => run !== null),
  )
}

/** Every task of these runs. */
export async function instancesOfEach(
  store: RunStore,
  lookup: Lookup,
  runs: readonly Run[],
): Promise<readonly Instance[]> {
  const dags = await lookup.dags(runs.map((run) => run.dagId))
  const lists = runs.map((run) => {
    const dag = dags.get(run.dagId)
    return dag === undefined ? [] : instancesOfRun(store, lookup, run, dag)
  })
  return (await Promise.all(lists)).flat()
}

/**
 * One instance of one run.
 * @throws Refused (404) when the run's version has no such task, or the task no such map index.
 */
export async function findInstance(
  store: RunStore,
  lookup: Lookup,
  at: { readonly run: Run; readonly dag: DagRecord; readonly taskId: string; readonly mapIndex: number },
): Promise<Instance> {
  const { run, dag, taskId, mapIndex } = at
  const [{ version, manifest }, record] = await Promise.all([
    lookup.manifestOf(run, dag),
    run.state === 'queued' ? null : store.getTaskInstance(run, taskId, mapIndex),
  ])
  const tasks = manifest?.tasks ?? []
  const task = tasks.find((one) => one.taskId === taskId) ?? null
  if (record === null && task === null) {
    const ids = tasks.map((one) => one.taskId)
    throw new Refused(unknownTask(dag.dagId, taskId, didYouMean(taskId, ids)))
  }
  if (record === null && mapIndex !== -1) throw new Refused(unknownTaskInstance(taskId, mapIndex))
  return { dag, run, taskId, mapIndex, task, record, version }
}

/** By map index. A record that only sums up a mapped task is no task instance of its own. */
function shownRecords(records: readonly TaskInstance[]): readonly TaskInstance[] {
  const instances = records.filter(({ mapIndex }) => mapIndex >= 0)
  return instances.length === 0 ? records : instances.toSorted((a, b) => a.mapIndex - b.mapIndex)
}

function mergeInstances(
  run: Run,
  dag: DagRecord,
  version: DagVersion | null,
  manifest: DagManifest | null,
  records: readonly TaskInstance[],
): readonly Instance[] {
  const tasks = manifest?.tasks ?? []
  const known = new Set(tasks.map((task) => task.taskId))
  const shared = { dag, run, version }
  const placed = tasks.flatMap((task): Instance[] => {
    const own = shownRecords(records.filter((record) => record.taskId === task.taskId))
    if (own.length === 0) return [{ ...shared, taskId: task.taskId, mapIndex: -1, task, record: null }]
    return own.map((record) => ({ ...shared, taskId: task.taskId, mapIndex: record.mapIndex, task, record }))
  })
  const strays = records.filter((record) => !known.has(record.taskId))
  const last = strays.map((record) => ({
    ...shared,
    taskId: record.taskId,
    mapIndex: record.mapIndex,
    task: null,
    record,
  }))
  return [...placed, ...last]
}
