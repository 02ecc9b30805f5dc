/**
 * Task records that no handler wrote: a task its trigger rule decided against, and one whose function ended without an
 * answer. Tries that ended stay in the record whatever happens to it later.
 */
import type { RunRef, StatusEntry, TaskError, TaskInstance, TaskState, TaskWiring } from '../../run-model/index.ts'

/** What every record of a task in a run has, whoever writes it. */
export interface TaskPlace {
  readonly run: RunRef
  readonly task: TaskWiring
  readonly dagVersion: number
}

export const isTerminal = (state: TaskState): state is StatusEntry => state !== 'running' && state !== 'up_for_retry'

/** A record before anything ran: what `decidedRecord` and the first try start from. */
export function blankRecord({ run, task, dagVersion }: TaskPlace): Omit<TaskInstance, 'state'> {
  return {
    dagId: run.dagId,
    runId: run.runId,
    taskId: task.taskId,
    mapIndex: -1,
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

/** A task that ended without running, or whose record has to follow what the execution decided. `at` is RFC 3339. */
export function decidedRecord(
  place: TaskPlace,
  seen: TaskInstance | null,
  state: StatusEntry,
  at: string,
): TaskInstance {
  const base = seen ?? blankRecord(place)
  return { ...base, state, endDate: seen?.endDate ?? at, lease: null, error: seen?.error ?? null }
}

/** A task that failed without saying so: its function crashed, was killed, or never started. */
export function crashedRecord(place: TaskPlace, seen: TaskInstance | null, at: string): TaskInstance {
  const base = seen ?? blankRecord(place)
  const tries = seen?.state === 'running' ? [...base.tries, crashedTry(seen, at)] : base.tries
  const error = seen?.state === 'up_for_retry' ? seen.error : noAnswer
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

const noAnswer: TaskError = {
  name: 'NoAnswer',
  message:
    'The task function ended without an answer: it crashed, ran out of memory or time, or could not be started. Its log has more.',
  causes: [],
}

const crashedTry = (seen: TaskInstance, at: string): TaskInstance['tries'][number] => ({
  tryNumber: seen.tryNumber,
  state: 'failed',
  startDate: seen.startDate ?? at,
  endDate: at,
  error: noAnswer,
  dagVersion: seen.dagVersion,
})

/** @returns seconds, or null when the start is unknown. */
export const secondsBetween = (start: string | null, end: string): number | null =>
  start === null ? null : Math.max(0, (Date.parse(end) - Date.parse(start)) / 1000)
