/**
 * What a state machine sends to Lambdas and what comes back. The short names are part of every definition, where a
 * byte per task counts (definitions are limited to 1 MiB).
 */
import type { RunRef } from './run.ts'

/** Status of a task as it travels in state data. */
export type StatusEntry = 'success' | 'failed' | 'skipped' | 'upstream_failed'

/** Task key → status. `^` holds the enclosing frame (compiler design §7.1), `^run` the run, `^x` the root execution. */
export type StateData = { readonly [key: string]: StatusEntry | StateData | RunRef | string }

/** Input of an execution. */
export interface ExecutionInput {
  readonly '^run': RunRef
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
}

export interface TaskAnswer {
  readonly s: StatusEntry
}

/** Calls of the finalizer: for tasks that cannot answer themselves, and at the end of every machine. */
export type FinalizerCall =
  | {
      readonly do: 'arrive'
      readonly x: string
      readonly w: string
      readonly st: Readonly<Record<string, StatusEntry>>
      readonly up: StateData
    }
  | { readonly do: 'finalize'; readonly x: string; readonly w: string; readonly st: StateData }

/** Literal `name`s of the errors that state machines match in `Retry`. */
export const errorNames = {
  /** Another invocation holds the try; ask again later. */
  taskBusy: 'TaskBusy',
  /** The author asked to fail without another try. */
  failTask: 'FailTask',
  /** A leaf failed; ends the execution FAILED. Thrown by `finalize` after the verdict is recorded. */
  dagRunFailed: 'DagRunFailed',
} as const
