/**
 * The value of stage 1: what an author wrote, as plain JSON, mistakes included. Handlers stay behind in the `Dag`
 * object; everything a later stage needs is here, so that two loads of one file can be compared byte by byte.
 */
import type { JsonObject, JsonValue, TriggerRule } from '../../run-model/index.ts'

export interface DagDefinition {
  readonly dagId: string
  readonly spec: DagSpecValue
  /** In the order in which the file placed them. */
  readonly tasks: readonly TaskDefinition[]
  /**
   * Edges drawn with `before`, `after`, `chain` and by deciders; edges drawn by arguments are in `TaskDefinition.inputs`.
   * An end may be a group: phase 2 replaces it by the group's roots or leaves.
   */
  readonly edges: readonly (readonly [from: string, to: string])[]
  /** Outer groups before inner ones. Absent: none. */
  readonly groups?: readonly GroupDefinition[]
  /** Absent: none. A task decides at most one construct. */
  readonly decisions?: readonly DecisionDefinition[]
  /** What the authoring API could tell was wrong while the file ran; phase 2 turns each into a problem. */
  readonly mistakes: readonly Mistake[]
}

export interface TaskDefinition {
  /** With its groups' ids in front, unless a group has `prefixGroupId: false`. */
  readonly taskId: string
  readonly operator: OperatorDefinition['kind']
  /** The operator's own options; absent for kinds that have none. */
  readonly options?: OperatorDefinition
  /** For a mapped task: what `partial` fixed. */
  readonly inputs: Readonly<Record<string, TaskInput>>
  readonly spec: TaskSpecValue
  /** Innermost group; absent: in none. */
  readonly group?: string
  readonly isSetup?: true
  readonly teardown?: TeardownDefinition
  /** One task instance per element; absent: one instance. */
  readonly mapping?: MappingDefinition
}

export interface GroupDefinition {
  /** With its parents' ids in front. */
  readonly groupId: string
  readonly parent: string | null
  readonly tooltip: string | null
  /** The whole group runs once per element. */
  readonly mapping?: MappingDefinition
}

export interface TeardownDefinition {
  readonly setups: readonly string[]
  /** Whether its failure counts for the verdict. */
  readonly onFailureFailDagrun: boolean
}

/**
 * `expand`: cross product of arrays, the first key slowest. `kwargs`: one array of objects of inputs (`expandKwargs`).
 * Every `ref` in it is an edge.
 */
export type MappingDefinition =
  | { readonly kind: 'expand'; readonly over: Readonly<Record<string, TaskInput>> }
  | { readonly kind: 'kwargs'; readonly over: TaskInput }

/** Branches are task or group ids; they are downstream of the decider (`edges` holds that). */
export type DecisionDefinition =
  | { readonly kind: 'if'; readonly decider: string; readonly then: string; readonly else: string | null }
  | { readonly kind: 'switch'; readonly decider: string; readonly cases: readonly string[] }
  | { readonly kind: 'branch'; readonly decider: string }
  | { readonly kind: 'short_circuit'; readonly decider: string; readonly respectTriggerRules: boolean }

/** What a task is besides a handler. Durations are seconds. */
export type OperatorDefinition =
  /** A handler that runs in the task Lambda. */
  | { readonly kind: 'task' }
  /** No work. */
  | { readonly kind: 'empty' }
  /** A handler that is asked again until it answers something truthy. */
  | {
      readonly kind: 'sensor'
      readonly pokeInterval: number
      readonly timeout: number
      readonly softFail: boolean
      /** Factor from one interval to the next, 1: none. */
      readonly backoff: number
      readonly maxPokeInterval: number | null
      /** `poke`: loops inside one invocation. */
      readonly mode: 'reschedule' | 'poke'
    }
  /** Skips its direct downstreams unless this run is the latest; decides like `short_circuit` with trigger rules. */
  | { readonly kind: 'latest_only' }
  /** Starts a run of another DAG. */
  | {
      readonly kind: 'trigger_dag_run'
      readonly dagId: string
      readonly runId: string | null
      /** Absent: now; null: none. */
      readonly logicalDate?: string | null
      readonly runAfter: string | null
      readonly conf: JsonObject
      readonly waitForCompletion: boolean
      readonly pokeInterval: number
      readonly allowedStates: readonly ('success' | 'failed')[]
      readonly failedStates: readonly ('success' | 'failed')[]
      readonly skipWhenAlreadyExists: boolean
      readonly failWhenDagIsPaused: boolean
      readonly note: string | null
    }
  /** Waits for a person (`humanInput`, `approval`). */
  | {
      readonly kind: 'human_input'
      /** Null: a function, which `readDag` lists as `<taskId>#subject`. `body` likewise, or there is none. */
      readonly subject: string | null
      readonly body: string | null
      readonly options: readonly string[]
      readonly defaults: readonly string[] | null
      readonly multiple: boolean
      readonly assignees: readonly string[]
      /** Null: waits as long as the run may last. */
      readonly responseTimeout: number | null
      /** Approval only: what a rejection does. Null for `humanInput`. */
      readonly onReject: 'skip' | 'skipAll' | 'fail' | null
    }
  /** A handler that starts outside work with the token's key (`getContext().deferral`) and is done when that answers. */
  | {
      readonly kind: 'deferrable'
      /** Seconds until an answer must have come; null: the run's limit. */
      readonly timeout: number | null
      readonly heartbeat: number | null
    }
  /** An AWS service that Step Functions calls itself: no Lambda. */
  | ServiceDefinition

export interface ServiceDefinition {
  readonly kind: 'service'
  /** Name shown to people and in records, e.g. `athenaQuery`. */
  readonly name: string
  /** `arn:aws:states:::` is left out, e.g. `athena:startQueryExecution`, `aws-sdk:s3:copyObject`. */
  readonly resource: string
  readonly pattern: 'request_response' | 'sync' | 'wait_for_task_token'
  readonly args: ServiceArgument
  readonly heartbeat: number | null
  /** Whether a repeat is harmless; decides only about guards of a re-run. */
  readonly isIdempotent: boolean
  /** What the machine's role needs besides what the call itself implies. Absent: nothing. */
  readonly iam?: readonly ServiceGrant[]
}

/** IAM actions, e.g. `iam:PassRole`, on ARNs; `*` stands for anything in them. */
export interface ServiceGrant {
  readonly actions: readonly string[]
  readonly resources: readonly string[]
}

/**
 * Arguments of a service call as data: JSON in which references, run values and texts with holes stand where the value
 * goes. Phase 4 turns it into JSONata.
 */
export type ServiceArgument =
  | { readonly value: JsonValue }
  /** Return value of an upstream, or the value at `path` in it. */
  | { readonly ref: string; readonly path: readonly (string | number)[] }
  /** A value of the run, e.g. `['params','region']`, `['conf','day']`, `['logical_date']`, `['ds']`, `['run_id']`. */
  | { readonly run: readonly string[] }
  | { readonly text: readonly (string | ServiceArgument)[] }
  | { readonly list: readonly ServiceArgument[] }
  | { readonly object: Readonly<Record<string, ServiceArgument>> }
  /** The state's task token; only with `wait_for_task_token`. */
  | { readonly token: true }

/**
 * Where a handler's argument comes from. Every `ref` in it, however deep, is an edge to that task.
 *
 * - `ref`: the return value (XCom `return_value`) of that task. When it pushed none, the try fails and names both tasks;
 *   with `optional` the handler gets null instead.
 * - `value`: a literal of the DAG file.
 * - `all`: an array with one element per entry, in this order.
 * - `map`: an array whose elements go through the function that `readDag` lists under `fn`.
 * - `element`: of a mapped group's instance the element under this key of the group's mapping; only inside that group.
 * - `zip`: arrays side by side, as long as the shortest, or as the longest with `fill` in the holes. `concat`: one after the other.
 */
export type TaskInput =
  | { readonly ref: string; readonly optional?: true }
  | { readonly value: JsonValue }
  | { readonly all: readonly TaskInput[] }
  | { readonly element: string; readonly group: string }
  | { readonly map: TaskInput; readonly fn: string }
  | { readonly zip: readonly TaskInput[]; readonly fill?: JsonValue }
  | { readonly concat: readonly TaskInput[] }

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
  /** What a failure does to the rest of the run. Absent: `isolate`, Airflow's way. */
  readonly onFailure?: FailureMode
  /** Most instances of a mapped task. Absent: 1024. */
  readonly maxMapLength?: number
  /** Recorded and shown; the features behind them have issues of their own. */
  readonly recorded: Readonly<Record<string, JsonValue>>
}

export type FailureMode = 'isolate' | 'failFast' | 'drain'

/** What an error of this name does to a try; the first entry that matches decides. */
export interface RetryRule {
  /** Name of the thrown class, or `*`-pattern over name and message. */
  readonly error: string
  readonly action: 'retry' | 'fail' | 'skip'
  /** Seconds until the next try, for `retry`; null: as the task's other retries. */
  readonly delay: number | null
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
  /** `full`: each delay is drawn between 0 and what it would be. Absent: `none`. */
  readonly retryJitter?: 'none' | 'full'
  /** Absent: none. */
  readonly retryPolicy?: readonly RetryRule[]
  /** Most iterations of a mapped task at the same time; absent: 40. */
  readonly maxActiveTisPerDagrun?: number | null
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
