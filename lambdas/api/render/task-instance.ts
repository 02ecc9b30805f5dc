/** Task instances and their tries as Airflow shows them. A task without record is shown with state null. */
import type { DagRecord, DagVersion, Run, TaskInstance, TaskManifest, TaskTry } from '../../../run-model/index.ts'
import type { TaskInstanceHistory, TaskInstanceInfo } from '../contract.ts'
import { displayName, renderDagVersion } from './dag.ts'
import { secondsBetween } from './dag-run.ts'
import { uuidOf } from './uuid.ts'

/** One task in one run, with everything that is shown beside it. At least one of `task` and `record` is there. */
export interface Instance {
  readonly dag: DagRecord
  readonly run: Run
  readonly taskId: string
  readonly mapIndex: number
  /** Null when the run's version has no such task (any more). */
  readonly task: TaskManifest | null
  /** Null until the task was reached. */
  readonly record: TaskInstance | null
  readonly version: DagVersion | null
}

export function renderInstance(instance: Instance): TaskInstanceInfo {
  const { run, record, taskId, mapIndex } = instance
  return {
    id: uuidOf('task-instance', run.dagId, run.runId, taskId, mapIndex),
    ...identity(instance),
    state: shownState(record),
    try_number: record?.tryNumber ?? 0,
    start_date: record?.startDate ?? null,
    end_date: record?.endDate ?? null,
    duration: record?.duration ?? null,
    error: copyError(record?.error ?? null),
    logical_date: run.logicalDate,
    run_after: run.runAfter,
    note: null,
    rendered_map_index: null,
    rendered_fields: {},
    trigger: null,
    triggerer_job: null,
  }
}

/** Clients of Airflow 3.2 know no `awaiting_input`: to them a task that waits for a person is deferred (semantics §2). */
export function shownState(record: TaskInstance | null): TaskInstanceInfo['state'] {
  if (record === null) return null
  return record.state === 'awaiting_input' ? 'deferred' : record.state
}

/** Ended tries, oldest first, then the one that runs or the end without a try. */
export function renderTries(instance: Instance): TaskInstanceHistory[] {
  const { record } = instance
  if (record === null) return []
  const ended = record.tries.map((one) => renderTry(instance, one))
  if (record.tries.at(-1)?.tryNumber === record.tryNumber) return ended
  const { id, logical_date, run_after, note, rendered_map_index, rendered_fields, trigger, triggerer_job, ...current } =
    renderInstance(instance)
  return [...ended, current]
}

function renderTry(instance: Instance, one: TaskTry): TaskInstanceHistory {
  return {
    ...identity(instance),
    state: one.state,
    try_number: one.tryNumber,
    start_date: one.startDate,
    end_date: one.endDate,
    duration: secondsBetween(one.startDate, one.endDate),
    error: copyError(one.error),
  }
}

function identity({ dag, run, task, record, taskId, mapIndex, version }: Instance) {
  const operator = record?.operator ?? task?.operator ?? 'task'
  return {
    task_id: taskId,
    task_display_name: taskId,
    dag_id: run.dagId,
    dag_display_name: displayName(dag),
    dag_run_id: run.runId,
    map_index: mapIndex,
    max_tries: record?.maxTries ?? task?.retries ?? 0,
    operator,
    operator_name: operator,
    pool: task?.pool ?? 'default_pool',
    pool_slots: task?.poolSlots ?? 1,
    queue: task?.queue ?? 'default',
    priority_weight: task?.priorityWeight ?? 1,
    queued_when: null,
    scheduled_when: null,
    hostname: null,
    unixname: null,
    pid: null,
    executor: null,
    executor_config: '{}',
    dag_version: version === null ? null : renderDagVersion(dag, version),
  }
}

const copyError = (error: TaskInstance['error']) =>
  error === null ? null : { ...error, causes: error.causes.map((cause) => ({ ...cause })) }
