/** One task in one run. A task that has not been reached has no record; faces show it with state `null`. */
import type { RunRef } from './run.ts'
import type { StateEntry } from './task-call.ts'
import type { FirstPoke, HumanRequest, TaskWait } from './task-wait.ts'

/** States a recorded task instance of today's features can have; semantics §2 lists the full set. */
export type TaskState =
  | 'running'
  | 'up_for_retry'
  /** A sensor between two pokes. */
  | 'up_for_reschedule'
  /** Waits on a task token. */
  | 'deferred'
  /** Waits for a person. */
  | 'awaiting_input'
  | 'success'
  | 'failed'
  | 'skipped'
  | 'upstream_failed'
  /** The run's current version has no such task or map index; ignored everywhere. */
  | 'removed'

/** An error as data. The stack is in the log, never in a record. */
export interface TaskError {
  readonly name: string
  readonly message: string
  readonly causes: readonly { readonly name: string; readonly message: string }[]
}

/** One attempt that has ended. `tryNumber` starts at 1. */
export interface TaskTry {
  readonly tryNumber: number
  readonly state: 'success' | 'failed' | 'up_for_retry' | 'skipped'
  readonly startDate: string
  readonly endDate: string
  readonly error: TaskError | null
  readonly dagVersion: number
}

/**
 * The right of one invocation to run a try. It dies at `untilMs`, or with the machine that holds it: a local world
 * gives every lifetime an `epoch`, and a lease of another epoch is void.
 */
export interface Lease {
  readonly holder: string
  readonly untilMs: number
  readonly epoch: string | null
}

export interface TaskInstance extends RunRef {
  readonly taskId: string
  /** -1 for a task that is not mapped, and for the record that sums up a mapped one (`entry.c` counts its instances). */
  readonly mapIndex: number
  readonly state: TaskState
  /** 0 for a task that never ran (skipped or upstream_failed by its rule). */
  readonly tryNumber: number
  /** Airflow's `max_tries`: the task's retries. One try more is made. */
  readonly maxTries: number
  readonly operator: string
  /** Start of the current or last try; null when nothing ran. */
  readonly startDate: string | null
  readonly endDate: string | null
  /** Seconds of the last try. */
  readonly duration: number | null
  readonly error: TaskError | null
  readonly dagVersion: number
  /** Tries that ended, oldest first, the last one included once it ended. */
  readonly tries: readonly TaskTry[]
  readonly lease: Lease | null
  /** What state data holds of the task once it has ended. Absent: only its state. */
  readonly entry?: StateEntry
  /** Of a sensor. */
  readonly firstPoke?: FirstPoke
  /** Of a task that waits for its token, or did in its last try. Never shown. */
  readonly wait?: TaskWait
  /** Of a task that asks a person, or did in its last try. */
  readonly human?: HumanRequest
}
