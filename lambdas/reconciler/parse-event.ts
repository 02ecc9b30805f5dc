/** Reads the event of the reconciler Lambda: EventBridge's status change, Lambda's failed invocation, or the sweep's alarm. */
import { z } from 'zod'
import type { ReconcileRequest } from '../../run-model/index.ts'

const nullableText = z.string().nullable().exactOptional()

const reconcileRequest = z.union([
  z.object({ kind: z.literal('sweep') }),
  z.object({
    source: z.literal('aws.states'),
    'detail-type': z.literal('Step Functions Execution Status Change'),
    detail: z.object({
      executionArn: z.string(),
      stateMachineArn: z.string(),
      name: z.string(),
      status: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']),
      startDate: z.number(),
      stopDate: z.number().nullable(),
      input: nullableText,
      error: nullableText,
      cause: nullableText,
    }),
  }),
  z.object({
    requestContext: z.object({ condition: z.string() }),
    requestPayload: z.object({ token: z.string().exactOptional() }),
    // Whole, because all of it is the cause.
    responsePayload: z.looseObject({ errorType: z.string().exactOptional() }).nullable().exactOptional(),
  }),
])

/** @throws Error that names the faulty fields. */
export function parseReconcileRequest(event: unknown): ReconcileRequest {
  const parsed = reconcileRequest.safeParse(event)
  if (parsed.success) return parsed.data
  throw new Error(`The reconciler got an event it does not know: ${z.prettifyError(parsed.error)}`)
}
