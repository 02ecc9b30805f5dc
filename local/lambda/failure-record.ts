/** A failed event as Lambda hands it to the function's failure destination ("Invocation record", Lambda developer guide). */
import type { LambdaOutcome } from '../step-functions/port.ts'
import type { FunctionVersion } from './function-version.ts'

export interface FailedEvent {
  readonly requestId: string
  /** With its version. */
  readonly functionArn: string
  readonly version: FunctionVersion
  readonly payload: string
  readonly outcome: LambdaOutcome & { readonly ok: false }
  /** Invocations of the event so far. */
  readonly tries: number
  readonly nowMs: number
}

export function failureRecord({
  requestId,
  functionArn,
  version,
  payload,
  outcome,
  tries,
  nowMs,
}: FailedEvent): string {
  return JSON.stringify({
    version: '1.0',
    timestamp: new Date(nowMs).toISOString(),
    requestContext: { requestId, functionArn, condition: 'RetriesExhausted', approximateInvokeCount: tries },
    requestPayload: JSON.parse(payload),
    responseContext: { statusCode: 200, executedVersion: version.version, functionError: 'Unhandled' },
    responsePayload: JSON.parse(outcome.cause),
  })
}
