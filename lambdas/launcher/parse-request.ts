/** Reads the event of the launcher Lambda. Its senders are our own, so a malformed event is a bug, not a user's mistake. */
import { z } from 'zod'
import type { JsonValue, LaunchRequest } from '../../run-model/index.ts'

const json: z.ZodType<JsonValue> = z.json()
const dagId = z.string().min(1)

const launchRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('tick'), dagId, scheduledTime: z.string() }),
  z.object({ kind: z.literal('plan'), dagId }),
  z.object({
    kind: z.literal('trigger'),
    dagId,
    runId: z.string().exactOptional(),
    logicalDate: z.string().nullable().exactOptional(),
    dataInterval: z.object({ start: z.string(), end: z.string() }).nullable().exactOptional(),
    runAfter: z.string().exactOptional(),
    conf: z.record(z.string(), json).exactOptional(),
    note: z.string().nullable().exactOptional(),
    triggeredBy: z.enum(['timetable', 'rest_api', 'ui', 'cli', 'operator', 'asset', 'backfill', 'test']),
    triggeredFrom: z
      .object({
        dagId,
        runId: z.string(),
        taskId: z.string(),
        mapIndex: z.number(),
        tryNumber: z.number(),
        allowedStates: z.array(z.enum(['success', 'failed'])).exactOptional(),
      })
      .exactOptional(),
  }),
])

/** @throws Error that names the faulty fields. */
export function parseLaunchRequest(event: unknown): LaunchRequest {
  const parsed = launchRequest.safeParse(event)
  if (parsed.success) return parsed.data
  throw new Error(`The launcher got an event it does not know: ${z.prettifyError(parsed.error)}`)
}
