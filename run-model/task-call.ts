/**
 * What a state machine sends to Lambdas and what comes back. The short names are part of every definition, where a
 * byte per task counts (definitions are limited to 1 MiB).
 */
import type { JsonValue } from './json.ts'
import type { RunRef } from './run.ts'

/** Status of a task as it travels in state data. */
export type StatusEntry = 'success' | 'failed' | 'skipped' | 'upstream_failed'

/** How the instances of a mapped task ended. */
export type InstanceCounts = readonly [success: number, skipped: number, failed: number, upstreamFailed: number]

/**
 * What state data holds of a task: its status, or an object when something else must travel. `n`: length of the array it
 * returned; `c`: counts of its instances; `b`: the options it chose; `v`: values that service states read, by path text;
 * `t`: of a service task, when its call began and ended (RFC 3339), retries included.
 */
export type StateEntry =
  | StatusEntry
  | {
      readonly s: StatusEntry
      readonly n?: number
      readonly c?: InstanceCounts
      readonly b?: readonly string[]
      readonly v?: Readonly<Record<string, JsonValue>>
      readonly t?: readonly [start: string, end: string]
    }

/**
 * Task key → entry. `^` holds the enclosing frame (compiler design §7.1), `^run` the run, `^x` the root execution, `^i` the
 * index of a mapped instance.
 */
export type StateData = { readonly [key: string]: StateEntry | StateData | RunRef | string | number }

/** The status in an entry. */
export const statusOf = (entry: StateEntry): StatusEntry => (typeof entry === 'string' ? entry : entry.s)

/** Input of an execution. */
export interface ExecutionInput {
  /** `v`: what service states read of the run, by path text. */
  readonly '^run': RunRef & { readonly v?: Readonly<Record<string, JsonValue>> }
}

export interface TaskCall {
  /** Name of the root execution: key of the run's gates. */
  readonly x: string
  /** Hash of the wiring this machine was compiled with. */
  readonly w: string
  /** Task key. */
  readonly task: string
  /** `State.RetryCount`: 0 for the first attempt. */
  readonly try: number
  /** State data at the task, frames and all. */
  readonly up: StateData
  /**
   * `expand`: decide a mapped task's rule and answer how many instances it has. `end`: this task is the last of its run;
   * settle it as `finalize` does. Absent: run the task.
   */
  readonly do?: 'expand' | 'end'
  /** Index of the instance, from 0; absent: the task is not mapped. */
  readonly i?: number
  /** The state waits for this token: the answer is sent to it, and what the call returns only says that it was made. */
  readonly token?: string
  /** `Execution.RedriveCount`; absent: 0. */
  readonly redrive?: number
  /**
   * The state is the task's gate as well: unless the gate named `task` is open, the call leaves itself there, `token` and
   * all, and whoever opens the gate wakes the task with it. Absent: the task's turn has come when its state is entered.
   */
  readonly gate?: true
  /** This is that wake-up: the gate is open, and only `token` hears how the task ended. */
  readonly woken?: true
}

export interface TaskAnswer {
  readonly s: StateEntry
}

/** Answer of a call whose state goes on waiting for its token. */
export interface TaskWaits {
  readonly waits: true
  readonly s?: never
}

/** Calls of the finalizer: for tasks that cannot answer themselves, and at the end of every machine. */
export type FinalizerCall =
  | {
      readonly do: 'arrive'
      readonly x: string
      readonly w: string
      /** Key → how the task ended. */
      readonly st: Readonly<Record<string, StateEntry>>
      readonly up: StateData
      /** Index of the instance that `st` is about; absent: the tasks are not instances, or it is about all of them. */
      readonly i?: number
      /** A child execution that failed as a whole: its tasks that have not ended failed. Names an entry of `Wiring.children`. */
      readonly child?: string
      /** Keys of tasks of `child` whose entries the machine goes on with: the answer holds them. Absent: none. */
      readonly live?: readonly string[]
    }
  | { readonly do: 'finalize'; readonly x: string; readonly w: string; readonly st: StateData }

/** Answer of `arrive`. */
export interface ArriveAnswer {
  /** Entries of the tasks in `live`. Absent: the machine keeps its own data. */
  readonly st?: Readonly<Record<string, StateEntry>>
}

/** Literal `name`s of the errors that state machines match in `Retry`. */
export const errorNames = {
  /** Another invocation holds the try; ask again later. */
  taskBusy: 'TaskBusy',
  /** The author asked to fail without another try. */
  failTask: 'FailTask',
  /** A sensor's condition does not hold yet; its state asks again after the poke interval. */
  sensorNotReady: 'SensorNotReady',
  /** A sensor's condition did not hold in time; no further try. */
  sensorTimeout: 'SensorTimeout',
  /** A leaf failed; ends the execution FAILED. Thrown by `finalize` after the verdict is recorded. */
  dagRunFailed: 'DagRunFailed',
} as const
