/** What the local Step Functions needs from its surroundings and what it offers them. It knows ASL, not DAGs. */
import type { Clock } from '../clock.ts'

export interface StepFunctionsOptions {
  readonly clock: Clock
  /** Folder of the event logs and definitions; null keeps everything in memory. */
  readonly dataDir: string | null
  readonly region: string
  readonly accountId: string
  /** Runs a function by name or ARN, version included, with a JSON text as event. Never rejects. */
  readonly invokeLambda: (functionArn: string, payload: string) => Promise<LambdaOutcome>
  /**
   * Serves `aws-sdk:` and optimized integrations other than Lambda, e.g. `('dynamodb', 'updateItem', args)`. A `.sync` call,
   * e.g. `('glue', 'startJobRun.sync', args)`, answers when its job is over, and rejects with `States.TaskFailed` when the job
   * has failed. Rejects
   * with an error whose `name` is the service's exception name; `service` is how the SDK writes the service, and `isModelled`
   * is false when the service's model does not name the exception. Streams come as text: `Body` of S3's getObject is a string.
   */
  readonly callService: (service: string, action: string, args: unknown) => Promise<unknown>
  /** Called after each change is on disk. At least once, as on AWS. */
  readonly onStatusChange?: (change: StatusChange) => void
  /** Something was damaged and worked around: for a person to read. @default nobody is told */
  readonly onNotice?: (notice: { readonly what: string; readonly fix: string }) => void
  /** For jitter: [0, 1). @default Math.random */
  readonly random?: () => number
}

/** `errorType` and `errorMessage` are what a Node Lambda answers; `trace` may be left out. */
export type LambdaOutcome =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly error: string; readonly cause: string }

/** The `detail` of EventBridge's "Step Functions Execution Status Change". */
export interface StatusChange {
  readonly executionArn: string
  readonly stateMachineArn: string
  readonly name: string
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED'
  readonly startDate: number
  readonly stopDate: number | null
  readonly input: string
  readonly output: string | null
  readonly error: string | null
  readonly cause: string | null
}

export interface StepFunctionsServer {
  /** `http://127.0.0.1:<port>`, speaking AWS's JSON 1.0 protocol. */
  readonly endpoint: string
  /** Stops taking calls, stops timers, flushes logs. Open executions go on at the next start. */
  close(): Promise<void>
}
