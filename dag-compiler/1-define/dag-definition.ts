/**
 * The value of stage 1: what an author wrote, as plain JSON, mistakes included. Handlers stay behind in the `Dag`
 * object; everything a later stage needs is here, so that two loads of one file can be compared byte by byte.
 */
import type { JsonValue, TriggerRule } from '../../run-model/index.ts'

export interface DagDefinition {
  readonly dagId: string
  readonly spec: DagSpecValue
  /** In the order in which the file placed them. */
  readonly tasks: readonly TaskDefinition[]
  /** Edges drawn with `before`, `after` and `chain`; edges drawn by arguments are in `TaskDefinition.inputs`. */
  readonly edges: readonly (readonly [from: string, to: string])[]
  /** What the authoring API could tell was wrong while the file ran; phase 2 turns each into a problem. */
  readonly mistakes: readonly Mistake[]
}

export interface TaskDefinition {
  readonly taskId: string
  /** `task`: a handler that runs in the task Lambda; `empty`: no work. Operators of later features add kinds. */
  readonly operator: 'task' | 'empty'
  readonly inputs: Readonly<Record<string, TaskInput>>
  readonly spec: TaskSpecValue
}

/**
 * Where a handler's argument comes from. Every `ref` in it, however deep, is an edge to that task.
 *
 * - `ref`: the return value (XCom `return_value`) of that task. When it pushed none, the try fails and names both tasks;
 *   with `optional` the handler gets null instead.
 * - `value`: a literal of the DAG file.
 * - `all`: an array with one element per entry, in this order.
 */
export type TaskInput =
  | { readonly ref: string; readonly optional?: true }
  | { readonly value: JsonValue }
  | { readonly all: readonly TaskInput[] }

/** A mistake as the authoring API noticed it. `kind` is the problem code that phase 2 reports. */
export interface Mistake {
  readonly kind: string
  readonly task?: string
  readonly detail: Readonly<Record<string, JsonValue>>
}

/** `DagSpec` after defaults and with dates as RFC 3339 UTC strings. Durations are seconds. */
export interface DagSpecValue {
  /** Cron expression, preset, `@once`, `@continuous`, or null: manual runs only. */
  readonly schedule: string | readonly string[] | null
  /** IANA zone in which the schedule is read. */
  readonly timezone: string
  /** `trigger`: a run is named after its tick. `interval`: it covers the time since the tick before. */
  readonly timetable: 'trigger' | 'interval'
  readonly startDate: string | null
  readonly endDate: string | null
  readonly catchup: boolean
  readonly description: string | null
  readonly docMd: string | null
  readonly dagDisplayName: string | null
  readonly tags: readonly string[]
  readonly maxActiveRuns: number
  readonly isPausedUponCreation: boolean
  readonly dagrunTimeout: number | null
  /** Recorded and shown; the features behind them have issues of their own. */
  readonly recorded: Readonly<Record<string, JsonValue>>
}

/** `TaskSpec` after the DAG's `defaults` and Airflow's own defaults. Durations are seconds. */
export interface TaskSpecValue {
  readonly triggerRule: TriggerRule
  readonly retries: number
  readonly retryDelay: number
  /** Multiplier per retry; 0 keeps the delay constant. */
  readonly retryExponentialBackoff: number
  readonly maxRetryDelay: number
  readonly executionTimeout: number | null
  readonly maxInfraRetries: number
  readonly doXcomPush: boolean
  readonly owner: string
  readonly docMd: string | null
  readonly pool: string
  readonly poolSlots: number
  readonly priorityWeight: number
  readonly weightRule: string
  readonly queue: string
  readonly recorded: Readonly<Record<string, JsonValue>>
}
