/** DAG records as Airflow shows DAGs. */
import type { DagRecord, DagVersion, Run } from '../../../run-model/index.ts'
import type { Dag, DagDetails, DagVersionInfo } from '../contract.ts'
import type { NextRun } from '../next-run.ts'
import { uuidOf } from './uuid.ts'

/** Airflow groups DAG files into named bundles; an installation of stepdag is one. */
export const bundleName = 'stepdag'

export const displayName = (dag: DagRecord) => dag.options.dagDisplayName ?? dag.dagId

export function renderDag(dag: DagRecord, version: DagVersion | null, next: NextRun): Dag {
  const { options } = dag
  return {
    dag_id: dag.dagId,
    dag_display_name: displayName(dag),
    description: options.description,
    is_paused: dag.isPaused,
    is_stale: dag.isStale,
    last_parsed_time: dag.registeredAt,
    last_parse_duration: null,
    last_expired: null,
    bundle_name: bundleName,
    bundle_version: version?.bundleVersion ?? null,
    fileloc: dag.file,
    relative_fileloc: dag.file,
    file_token: Buffer.from(dag.file).toString('base64url'),
    owners: [...options.owners],
    tags: options.tags.map((name) => ({ name, dag_id: dag.dagId, dag_display_name: displayName(dag) })),
    ...renderSchedule(dag),
    max_active_runs: options.maxActiveRuns,
    max_active_tasks: recordedNumber(dag, 'maxActiveTasks') ?? 16,
    max_consecutive_failed_dag_runs: recordedNumber(dag, 'maxConsecutiveFailedDagRuns') ?? 0,
    has_task_concurrency_limits: false,
    has_import_errors: false,
    allowed_run_types: null,
    next_dagrun_logical_date: next.logicalDate,
    next_dagrun_data_interval_start: next.dataInterval?.start ?? null,
    next_dagrun_data_interval_end: next.dataInterval?.end ?? null,
    next_dagrun_run_after: next.runAfter,
  }
}

export function renderDagDetails(
  dag: DagRecord,
  version: DagVersion | null,
  next: NextRun,
  openRuns: readonly Run[],
): DagDetails {
  const shown = renderDag(dag, version, next)
  const { options, schedule } = dag
  return {
    ...shown,
    catchup: schedule.catchup,
    dag_run_timeout: options.dagrunTimeout === null ? null : `PT${options.dagrunTimeout}S`,
    asset_expression: null,
    doc_md: options.docMd,
    start_date: schedule.startDate,
    end_date: schedule.endDate,
    timezone: schedule.timezone,
    is_paused_upon_creation: options.isPausedUponCreation,
    is_favorite: false,
    params: {},
    default_args: {},
    owner_links: {},
    render_template_as_native_obj: false,
    template_search_path: null,
    last_parsed: dag.registeredAt,
    concurrency: shown.max_active_tasks,
    latest_dag_version: version === null ? null : renderDagVersion(dag, version),
    active_runs_count: openRuns.filter((run) => run.state === 'running').length,
  }
}

export function renderDagVersion(dag: DagRecord, version: DagVersion): DagVersionInfo {
  return {
    id: uuidOf('dag-version', version.dagId, version.version),
    version_number: version.version,
    dag_id: version.dagId,
    dag_display_name: displayName(dag),
    bundle_name: bundleName,
    bundle_version: version.bundleVersion,
    bundle_url: null,
    created_at: version.createdAt,
  }
}

function renderSchedule({ schedule }: DagRecord) {
  const { expressions, timezone } = schedule
  const [summary, description] = describe(expressions, timezone)
  return { timetable_summary: summary, timetable_description: description, timetable_partitioned: false }
}

function describe(expressions: DagRecord['schedule']['expressions'], timezone: string): readonly [string, string] {
  if (expressions === null) return ['None', 'Only when triggered']
  if (expressions === '@once') return ['@once', 'Once, as soon as possible']
  if (expressions === '@continuous') return ['@continuous', 'Again as soon as the run before has ended']
  const summary = expressions.join(', ')
  return [summary, `At ${summary} (cron) in ${timezone}`]
}

function recordedNumber(dag: DagRecord, name: string): number | null {
  const value = dag.options.recorded[name]
  return typeof value === 'number' ? value : null
}
