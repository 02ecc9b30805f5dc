/**
 * A DAG run: one execution of one DAG version for one point in time or one request. Dates are RFC 3339 UTC strings,
 * as in the record and on the wire.
 */
import type { JsonObject } from './json.ts'

export type RunState = 'queued' | 'running' | 'success' | 'failed'
export type RunType = 'scheduled' | 'manual' | 'backfill' | 'asset_triggered' | 'asset_materialization'
export type TriggeredBy = 'timetable' | 'rest_api' | 'ui' | 'cli' | 'operator' | 'asset' | 'backfill' | 'test'

/** What names a run everywhere: in records, in the machine's input and in task calls. */
export interface RunRef {
  readonly dagId: string
  readonly runId: string
}

interface RunBase extends RunRef {
  readonly runType: RunType
  readonly triggeredBy: TriggeredBy
  /** Earliest start. */
  readonly runAfter: string
  /** Null for a run without one; such a run has no data interval either. */
  readonly logicalDate: string | null
  readonly dataInterval: { readonly start: string; readonly end: string } | null
  readonly conf: JsonObject
  readonly note: string | null
  readonly queuedAt: string
  /** The try that triggered it, for `triggeredBy: 'operator'`. */
  readonly triggeredFrom?: TriggeringTry
}

export interface TriggeringTry extends RunRef {
  readonly taskId: string
  readonly mapIndex: number
  readonly tryNumber: number
  /** Its task waits for this run and succeeds when it ends in one of these; in another it fails. Absent: it does not wait. */
  readonly allowedStates?: readonly ('success' | 'failed')[]
}

/** What a run gains when it leaves the queue: the code it runs on, for good. */
interface StartedRun extends RunBase {
  readonly startDate: string
  readonly dagVersion: number
  readonly bundleVersion: string | null
  readonly planHash: string
  readonly execution: { readonly arn: string; readonly name: string; readonly attempt: number }
}

export type QueuedRun = RunBase & { readonly state: 'queued' }
/** `failing`: a task failed for good, and the DAG's failure mode stops the run because of it. */
export type RunningRun = StartedRun & { readonly state: 'running'; readonly failing?: true }
export type SucceededRun = StartedRun & { readonly state: 'success'; readonly endDate: string }
/** `reason` says why when it was not a failed leaf: e.g. `timeout`, `aborted`, `expired`. */
export type FailedRun = StartedRun & { readonly state: 'failed'; readonly endDate: string; readonly reason: string }
export type Run = QueuedRun | RunningRun | SucceededRun | FailedRun
