/** DAGs and their tasks. */
import { z } from '@hono/zod-openapi'
import { DagVersionResponse } from './dag-version.ts'
import { absent, count, date, object, text } from './primitives.ts'

const dagFields = {
  dag_id: text,
  dag_display_name: text,
  description: text.nullable(),
  is_paused: z.boolean(),
  is_stale: z.boolean(),
  last_parsed_time: date,
  last_parse_duration: absent,
  last_expired: absent,
  bundle_name: text,
  bundle_version: text.nullable(),
  fileloc: text,
  relative_fileloc: text,
  file_token: text,
  owners: z.array(text),
  tags: z.array(z.object({ name: text, dag_id: text, dag_display_name: text })),
  timetable_summary: text,
  timetable_description: text,
  timetable_partitioned: z.boolean(),
  max_active_runs: count,
  max_active_tasks: count,
  max_consecutive_failed_dag_runs: count,
  has_task_concurrency_limits: z.boolean(),
  has_import_errors: z.boolean(),
  allowed_run_types: absent,
  next_dagrun_logical_date: date.nullable(),
  next_dagrun_data_interval_start: date.nullable(),
  next_dagrun_data_interval_end: date.nullable(),
  next_dagrun_run_after: date.nullable(),
}
export const DagResponse = z.object(dagFields).openapi('DAGResponse')
export const DagCollectionResponse = z
  .object({ dags: z.array(DagResponse), total_entries: count })
  .openapi('DAGCollectionResponse')
export const DagDetailsResponse = z
  .object({
    ...dagFields,
    catchup: z.boolean(),
    dag_run_timeout: text.nullable().openapi({ description: 'ISO 8601 duration' }),
    asset_expression: absent,
    doc_md: text.nullable(),
    start_date: date.nullable(),
    end_date: date.nullable(),
    timezone: text,
    is_paused_upon_creation: z.boolean(),
    is_favorite: z.boolean(),
    params: object,
    default_args: object,
    owner_links: z.record(z.string(), text),
    render_template_as_native_obj: z.boolean(),
    template_search_path: absent,
    last_parsed: date,
    concurrency: count,
    latest_dag_version: DagVersionResponse.nullable(),
    active_runs_count: count,
  })
  .openapi('DAGDetailsResponse')
export const DagPatchBody = z.strictObject({ is_paused: z.boolean() }).openapi('DAGPatchBody')

const timeDelta = z
  .object({ __type: z.literal('TimeDelta'), days: count, seconds: count, microseconds: count })
  .openapi('TimeDelta')
export const TaskResponse = z
  .object({
    task_id: text,
    task_display_name: text,
    owner: text,
    operator_name: text,
    trigger_rule: text,
    downstream_task_ids: z.array(text),
    retries: count,
    retry_delay: timeDelta,
    retry_exponential_backoff: z.number(),
    execution_timeout: timeDelta.nullable(),
    depends_on_past: z.boolean(),
    wait_for_downstream: z.boolean(),
    is_mapped: z.boolean(),
    start_date: absent,
    end_date: absent,
    queue: text,
    pool: text,
    pool_slots: count,
    priority_weight: count,
    weight_rule: text,
    doc_md: text.nullable(),
    params: object,
    template_fields: z.array(text),
    extra_links: z.array(text),
    class_ref: object,
    ui_color: text,
    ui_fgcolor: text,
  })
  .openapi('TaskResponse')
export const TaskCollectionResponse = z
  .object({ tasks: z.array(TaskResponse), total_entries: count })
  .openapi('TaskCollectionResponse')
