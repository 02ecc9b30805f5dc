/**
 * The wire: every body that the HTTP API sends and takes, with the field names of Airflow's REST API v2 (3.2). The door
 * for faces, which import its types. Fields that Airflow lacks are marked [+].
 */
import type { z } from '@hono/zod-openapi'
import type { DagCollectionResponse, DagDetailsResponse, DagResponse, TaskResponse } from './wire/dag.ts'
import type { DagRunCollectionResponse, DagRunResponse, TriggerDagRunPostBody } from './wire/dag-run.ts'
import type { DagVersionResponse } from './wire/dag-version.ts'
import type { HITLDetail, HITLDetailCollection, HITLDetailResponse } from './wire/hitl.ts'
import type { HealthInfoResponse } from './wire/monitor.ts'
import type {
  TaskInstanceCollectionResponse,
  TaskInstanceHistoryResponse,
  TaskInstanceResponse,
} from './wire/task-instance.ts'
import type { XComResponse, XComValueResponse } from './wire/xcom.ts'

export * from './wire/dag.ts'
export * from './wire/dag-run.ts'
export * from './wire/dag-version.ts'
export * from './wire/hitl.ts'
export * from './wire/monitor.ts'
export * from './wire/problem.ts'
export * from './wire/task-instance.ts'
export * from './wire/xcom.ts'

export type Health = z.infer<typeof HealthInfoResponse>
export type Dag = z.infer<typeof DagResponse>
export type DagCollection = z.infer<typeof DagCollectionResponse>
export type DagDetails = z.infer<typeof DagDetailsResponse>
export type DagVersionInfo = z.infer<typeof DagVersionResponse>
export type Task = z.infer<typeof TaskResponse>
export type DagRun = z.infer<typeof DagRunResponse>
export type DagRunCollection = z.infer<typeof DagRunCollectionResponse>
export type TriggerDagRun = z.input<typeof TriggerDagRunPostBody>
export type HumanDetail = z.infer<typeof HITLDetail>
export type HumanDetailCollection = z.infer<typeof HITLDetailCollection>
export type HumanAnswer = z.infer<typeof HITLDetailResponse>
export type TaskInstanceInfo = z.infer<typeof TaskInstanceResponse>
export type TaskInstanceCollection = z.infer<typeof TaskInstanceCollectionResponse>
export type TaskInstanceHistory = z.infer<typeof TaskInstanceHistoryResponse>
export type XCom = z.infer<typeof XComResponse>
export type XComValue = z.infer<typeof XComValueResponse>
