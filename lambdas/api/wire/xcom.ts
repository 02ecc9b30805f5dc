/** XCom entries. */
import { z } from '@hono/zod-openapi'
import { count, date, text } from './primitives.ts'

const xcomFields = {
  key: text,
  timestamp: date,
  logical_date: date.nullable(),
  map_index: count,
  task_id: text,
  dag_id: text,
  run_id: text,
  run_after: date,
  dag_display_name: text,
  task_display_name: text,
}
export const XComResponse = z.object(xcomFields).openapi('XComResponse')
export const XComValueResponse = z.object({ ...xcomFields, value: z.unknown() }).openapi('XComResponseNative')
export const XComCollectionResponse = z
  .object({ xcom_entries: z.array(XComResponse), total_entries: count })
  .openapi('XComCollectionResponse')
