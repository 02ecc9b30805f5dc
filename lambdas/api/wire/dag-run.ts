/** DAG runs and the body of a trigger. */
import { z } from '@hono/zod-openapi'
import type { JsonObject } from '../../../run-model/index.ts'
import { instantWithOffset } from '../parameters.ts'
import { DagVersionResponse } from './dag-version.ts'
import { absent, count, date, object, text } from './primitives.ts'

export const runStates = ['queued', 'running', 'success', 'failed'] as const
export const runTypes = ['backfill', 'scheduled', 'manual', 'asset_triggered', 'asset_materialization'] as const
const triggeredBys = ['cli', 'operator', 'rest_api', 'ui', 'test', 'timetable', 'asset', 'backfill'] as const

export const DagRunResponse = z
  .object({
    dag_run_id: text,
    dag_id: text,
    dag_display_name: text,
    run_type: z.enum(runTypes),
    state: z.enum(runStates),
    triggered_by: z.enum(triggeredBys),
    triggering_user_name: absent,
    logical_date: date.nullable(),
    data_interval_start: date.nullable(),
    data_interval_end: date.nullable(),
    run_after: date,
    queued_at: date,
    start_date: date.nullable(),
    end_date: date.nullable(),
    duration: z.number().nullable().openapi({ description: 'seconds' }),
    last_scheduling_decision: absent,
    conf: object,
    note: text.nullable(),
    partition_key: absent,
    dag_versions: z.array(DagVersionResponse),
    bundle_version: text.nullable(),
    reason: text.nullable().openapi({ description: '[+] why a failed run failed, e.g. timeout' }),
  })
  .openapi('DAGRunResponse')
export const DagRunCollectionResponse = z
  .object({ dag_runs: z.array(DagRunResponse), total_entries: count })
  .openapi('DAGRunCollectionResponse')
/** The body was parsed from JSON: what is an object in it is a JSON object. */
const jsonObject = z
  .custom<JsonObject>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'an object is expected',
  )
  .openapi({ type: 'object', additionalProperties: true })

export const TriggerDagRunPostBody = z
  .strictObject({
    conf: jsonObject.nullish(),
    dag_run_id: text.nullish(),
    logical_date: instantWithOffset.nullish().openapi({ description: 'absent or null: a run without logical date' }),
    data_interval_start: instantWithOffset.nullish(),
    data_interval_end: instantWithOffset.nullish(),
    run_after: instantWithOffset.nullish().openapi({ description: 'earliest start; default: now' }),
    note: text.max(1000).nullish(),
    partition_key: text.nullish(),
  })
  .refine((body) => ((body.data_interval_start ?? null) === null) === ((body.data_interval_end ?? null) === null), {
    message: 'give both data_interval_start and data_interval_end, or neither',
    path: ['data_interval_end'],
  })
  .openapi('TriggerDAGRunPostBody')
