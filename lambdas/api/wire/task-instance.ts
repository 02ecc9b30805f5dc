/** Task instances, their tries and what they wait for. */
import { z } from '@hono/zod-openapi'
import { DagVersionResponse } from './dag-version.ts'
import { absent, count, date, object, text } from './primitives.ts'

export const taskStates = [
  'removed',
  'scheduled',
  'queued',
  'running',
  'success',
  'restarting',
  'failed',
  'up_for_retry',
  'up_for_reschedule',
  'upstream_failed',
  'skipped',
  'deferred',
] as const

const taskError = z.object({ name: text, message: text, causes: z.array(z.object({ name: text, message: text })) })
const instanceFields = {
  task_id: text,
  task_display_name: text,
  dag_id: text,
  dag_display_name: text,
  dag_run_id: text,
  map_index: count,
  state: z.enum(taskStates).nullable().openapi({ description: 'null: not decided yet' }),
  try_number: count,
  max_tries: count,
  start_date: date.nullable(),
  end_date: date.nullable(),
  duration: z.number().nullable().openapi({ description: 'seconds' }),
  operator: text,
  operator_name: text,
  pool: text,
  pool_slots: count,
  queue: text,
  priority_weight: count,
  queued_when: absent,
  scheduled_when: absent,
  hostname: absent,
  unixname: absent,
  pid: absent,
  executor: absent,
  executor_config: text,
  dag_version: DagVersionResponse.nullable(),
  error: taskError.nullable().openapi({ description: '[+] what the last try died of' }),
}
export const TaskInstanceResponse = z
  .object({
    id: z.uuid(),
    ...instanceFields,
    logical_date: date.nullable(),
    run_after: date,
    note: absent,
    rendered_map_index: absent,
    rendered_fields: object,
    trigger: absent,
    triggerer_job: absent,
  })
  .openapi('TaskInstanceResponse')
export const TaskInstanceCollectionResponse = z
  .object({ task_instances: z.array(TaskInstanceResponse), total_entries: count })
  .openapi('TaskInstanceCollectionResponse')
export const TaskInstanceHistoryResponse = z.object(instanceFields).openapi('TaskInstanceHistoryResponse')
export const TaskInstanceHistoryCollectionResponse = z
  .object({ task_instances: z.array(TaskInstanceHistoryResponse), total_entries: count })
  .openapi('TaskInstanceHistoryCollectionResponse')
export const TaskDependencyCollectionResponse = z
  .object({ dependencies: z.array(z.object({ name: text, reason: text })) })
  .openapi('TaskDependencyCollectionResponse')
