/** Events that reach the platform Lambdas: launcher, reconciler, registrar. */
import type { JsonObject } from './json.ts'
import type { Run, TriggeredBy, TriggeringTry } from './run.ts'

export type LaunchRequest =
  /** An alarm of EventBridge Scheduler or the local scheduler. Delivered at least once; the ledger says what is due. */
  | { readonly kind: 'tick'; readonly dagId: string; readonly scheduledTime: string }
  /** Start what is due or queued: after un-pause, deploy and the end of a run. */
  | { readonly kind: 'plan'; readonly dagId: string }
  | TriggerRequest

export interface TriggerRequest {
  readonly kind: 'trigger'
  readonly dagId: string
  /** Default: made from run type and `runAfter`. */
  readonly runId?: string
  /** Null or absent: a run without logical date. */
  readonly logicalDate?: string | null
  readonly dataInterval?: { readonly start: string; readonly end: string } | null
  /** Default: now. In the future: the run stays queued until then. */
  readonly runAfter?: string
  readonly conf?: JsonObject
  readonly note?: string | null
  readonly triggeredBy: TriggeredBy
  /** The task that asks. */
  readonly triggeredFrom?: TriggeringTry
}

/** `refused` carries what an API answers: Airflow's status code and a reason with a next step. */
export type LaunchAnswer =
  | { readonly kind: 'launched'; readonly runs: readonly Run[] }
  | {
      readonly kind: 'refused'
      readonly status: 400 | 404 | 409
      readonly code: string
      readonly detail: string
      readonly why: string
      readonly fix: string
    }

/** EventBridge "Step Functions Execution Status Change", the part we read. */
export interface ExecutionStatusChange {
  readonly source: 'aws.states'
  readonly 'detail-type': 'Step Functions Execution Status Change'
  readonly detail: {
    readonly executionArn: string
    readonly stateMachineArn: string
    readonly name: string
    readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED'
    readonly startDate: number
    readonly stopDate: number | null
    /** Absent when AWS left it out for its size. */
    readonly input?: string | null
    readonly error?: string | null
    readonly cause?: string | null
  }
}

/** What Lambda hands to the failure destination of a function that was invoked with an event, the part we read. */
export interface FailedInvocation {
  readonly requestContext: {
    /** `RetriesExhausted`, `EventAgeExceeded`, … */
    readonly condition: string
  }
  /** The event: here a task's call. */
  readonly requestPayload: { readonly token?: string }
  /** What the function answered, or Lambda in its place. Absent or null: it was never called. */
  readonly responsePayload?: { readonly errorType?: string } | null
}

export type ReconcileRequest = ExecutionStatusChange | FailedInvocation | { readonly kind: 'sweep' }

/** Deploy or removal of a DAG, as the registrar's `handler.ts` reads it from a CloudFormation event or the local world. */
export type RegisterRequest =
  | {
      readonly kind: 'register'
      readonly manifest: { readonly bucket: string; readonly key: string }
      readonly stateMachineArn: string
      readonly stateMachineRevisionId: string | null
      /** Names the deployment; one that comes again after a newer one is ignored. Absent: the caller sees to the order. */
      readonly requestId?: string
    }
  | { readonly kind: 'remove'; readonly dagId: string }
