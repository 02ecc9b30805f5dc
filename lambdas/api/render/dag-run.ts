/** Runs as Airflow shows DAG runs, and as flat values for filters and orders. */
import type { DagRecord, DagVersion, Run } from '../../../run-model/index.ts'
import type { DagRun } from '../contract.ts'
import type { Flat } from '../filters.ts'
import { displayName, renderDagVersion } from './dag.ts'

/** @param version the version the run runs on; null while it is queued. */
export function renderDagRun(run: Run, dag: DagRecord, version: DagVersion | null): DagRun {
  return {
    dag_run_id: run.runId,
    dag_id: run.dagId,
    dag_display_name: displayName(dag),
    run_type: run.runType,
    state: run.state,
    triggered_by: run.triggeredBy,
    triggering_user_name: null,
    logical_date: run.logicalDate,
    data_interval_start: run.dataInterval?.start ?? null,
    data_interval_end: run.dataInterval?.end ?? null,
    run_after: run.runAfter,
    queued_at: run.queuedAt,
    ...times(run),
    last_scheduling_decision: null,
    conf: { ...run.conf },
    note: run.note,
    partition_key: null,
    dag_versions: version === null ? [] : [renderDagVersion(dag, version)],
    bundle_version: run.state === 'queued' ? null : run.bundleVersion,
    reason: run.state === 'failed' ? run.reason : null,
  }
}

/** The fields of a run that a list can be filtered and ordered by, under their wire names. */
export function flatRun(run: Run): Flat {
  return {
    dag_id: run.dagId,
    dag_run_id: run.runId,
    run_id: run.runId,
    id: run.runAfter,
    run_type: run.runType,
    state: run.state,
    run_after: run.runAfter,
    logical_date: run.logicalDate,
    dag_version: run.state === 'queued' ? null : run.dagVersion,
    bundle_version: run.state === 'queued' ? null : run.bundleVersion,
    ...times(run),
  }
}

function times(run: Run) {
  const start_date = run.state === 'queued' ? null : run.startDate
  const end_date = run.state === 'success' || run.state === 'failed' ? run.endDate : null
  const duration = start_date === null || end_date === null ? null : secondsBetween(start_date, end_date)
  return { start_date, end_date, duration }
}

export const secondsBetween = (start: string, end: string) => (Date.parse(end) - Date.parse(start)) / 1000
