/**
 * Task records that no handler wrote: a task its trigger rule decided against, and one whose function ended without an
 * answer. Tries that ended stay in the record whatever happens to it later.
 */
import {
  type RunRef,
  type StateEntry,
  type StatusEntry,
  statusOf,
  type TaskError,
  type TaskInstance,
  type TaskState,
  type TaskTry,
  type TaskWiring,
} from '../../run-model/index.ts'

/** What every record of a task in a run has, whoever writes it. */
export interface TaskPlace {
  readonly run: RunRef
  readonly task: TaskWiring
  readonly dagVersion: number
  /** Index of the instance. @default -1: the task is not mapped, or all its instances are meant. */
  readonly mapIndex?: number
}

const terminal: readonly TaskState[] = ['success', 'failed', 'skipped', 'upstream_failed'] satisfies StatusEntry[]

/** `removed` is terminal too, but it is no status: nobody asks how such a task ended. */
export const isTerminal = (state: TaskState): state is StatusEntry => terminal.includes(state)

/** What a record says of an ended task; undefined: it has not ended. */
export const recordedEntry = (record: TaskInstance | null | undefined): StateEntry | undefined =>
  record && isTerminal(record.state) ? (record.entry ?? record.state) : undefined

/** A record before anything ran: what `decidedRecord` and the first try start from. */
export function blankRecord({ run, task, dagVersion, mapIndex = -1 }: TaskPlace): Omit<TaskInstance, 'state'> {
  return {
    dagId: run.dagId,
    runId: run.runId,
    taskId: task.taskId,
    mapIndex,
    tryNumber: 0,
    maxTries: task.retries,
    operator: task.operator,
    startDate: null,
    endDate: null,
    duration: null,
    error: null,
    dagVersion,
    tries: [],
    lease: null,
  }
}

/**
 * A task that ended without running, was stopped while it ran, or whose record has to follow what the execution decided.
 *
 * @param at RFC 3339; when it ended, if nobody recorded that.
 */
export function decidedRecord(
  place: TaskPlace,
  seen: TaskInstance | null,
  outcome: StateEntry,
  at: string,
): TaskInstance {
  const { entry: _, ...base } = seen ?? blankRecord(place)
  const state = statusOf(outcome)
  const isStopped = seen?.state === 'running' && state === 'skipped'
  const tries = isStopped ? [...base.tries, stoppedTry(seen, 'skipped', at)] : base.tries
  const endDate = base.endDate ?? at
  const duration = secondsBetween(base.startDate, endDate)
  return {
    ...base,
    state,
    endDate,
    duration,
    tries,
    lease: null,
    ...(typeof outcome === 'object' && { entry: outcome }),
  }
}

/** A task that failed without saying so: its function crashed, was killed, or never started. */
export function crashedRecord(place: TaskPlace, seen: TaskInstance | null, at: string): TaskInstance {
  const { entry: _, ...base } = seen ?? blankRecord(place)
  const tries = seen?.state === 'running' ? [...base.tries, stoppedTry(seen, 'failed', at)] : base.tries
  const error = seen?.state === 'up_for_retry' ? seen.error : place.task.isService ? serviceFailed : noAnswer
  return {
    ...base,
    state: 'failed',
    endDate: at,
    duration: secondsBetween(base.startDate, at),
    error,
    tries,
    lease: null,
  }
}

/** A service task, whose call was one try as far as its entry tells. Null: it was not called, or is no such task. */
export function calledRecord(place: TaskPlace, outcome: StateEntry): TaskInstance | null {
  const [startDate, endDate] = (typeof outcome === 'object' && outcome.t) || []
  const state = statusOf(outcome)
  if (startDate === undefined || endDate === undefined || (state !== 'success' && state !== 'failed')) return null
  const error = state === 'failed' ? serviceFailed : null
  const { dagVersion } = place
  return {
    ...blankRecord(place),
    state,
    tryNumber: 1,
    startDate,
    endDate,
    duration: secondsBetween(startDate, endDate),
    error,
    tries: [{ tryNumber: 1, state, startDate, endDate, error, dagVersion }],
    entry: outcome,
  }
}

const noAnswer: TaskError = {
  name: 'NoAnswer',
  message:
    'The task function ended without an answer: it crashed, ran out of memory or time, or could not be started. Its log has more.',
  causes: [],
}

const serviceFailed: TaskError = {
  name: 'ServiceFailed',
  message: "Step Functions called the service, and the call or its job failed. The execution's history has the reason.",
  causes: [],
}

/** The try that was running when its task was ended from outside. */
const stoppedTry = (seen: TaskInstance, state: 'failed' | 'skipped', at: string): TaskTry => ({
  tryNumber: seen.tryNumber,
  state,
  startDate: seen.startDate ?? at,
  endDate: at,
  error: state === 'failed' ? noAnswer : null,
  dagVersion: seen.dagVersion,
})

/** @returns seconds, or null when the start is unknown. */
export const secondsBetween = (start: string | null, end: string): number | null =>
  start === null ? null : Math.max(0, (Date.parse(end) - Date.parse(start)) / 1000)
