/** Versions of DAGs and their sources. */
import { z } from '@hono/zod-openapi'
import { absent, count, date, text } from './primitives.ts'

export const DagVersionResponse = z
  .object({
    id: z.uuid(),
    version_number: count,
    dag_id: text,
    dag_display_name: text,
    bundle_name: text,
    bundle_version: text.nullable(),
    bundle_url: absent,
    created_at: date,
  })
  .openapi('DagVersionResponse')
export const DagVersionCollectionResponse = z
  .object({ dag_versions: z.array(DagVersionResponse), total_entries: count })
  .openapi('DAGVersionCollectionResponse')
export const DagSourceResponse = z
  .object({ content: text, dag_id: text, version_number: count, dag_display_name: text })
  .openapi('DAGSourceResponse')
