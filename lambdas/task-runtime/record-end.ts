/**
 * Writes how a try ended. This write is the commit point: before it nothing happened as far as others know, after it
 * the try never runs again. It succeeds only while the record is still ours.
 */
import type { RunStore, StateEntry, TaskInstance, TaskTry } from '../../run-model/index.ts'
import { secondsBetween, waitingRecord } from '../arrival/index.ts'
import type { Waiting } from './task-deferred.ts'
import { toTaskError } from './task-error.ts'

/** `toMachine`: what is thrown to Step Functions instead of `thrown`, where its retriers need another name. */
export type TryEnd =
  /** `entry`: what state data shall hold of the task. */
  | { readonly state: 'success'; readonly entry: StateEntry }
  | { readonly state: 'skipped' }
  | { readonly state: 'failed' | 'up_for_retry'; readonly thrown: unknown; readonly toMachine?: Error }
  /** A sensor pokes again later; the try goes on. */
  | { readonly state: 'up_for_reschedule'; readonly thrown: unknown }
  /** The try goes on without us, until its token is answered. */
  | Waiting

/** @returns the stored record, and whether this call wrote it: not when the lease was lost to somebody else. */
export function recordEnd(
  store: Pick<RunStore, 'putTaskInstance'>,
  running: TaskInstance,
  end: TryEnd,
  nowMs: number,
): ReturnType<RunStore['putTaskInstance']> {
  return store.putTaskInstance(running, recordAfter(running, end, new Date(nowMs).toISOString()))
}

function recordAfter(running: TaskInstance, end: TryEnd, at: string): TaskInstance {
  switch (end.state) {
    case 'deferred':
    case 'awaiting_input':
      return waitingRecord(running, end.state, end.human)
    case 'up_for_reschedule':
      return { ...running, state: end.state, lease: null }
    default:
      return endedRecord(running, end, at)
  }
}

type Ended = Exclude<TryEnd, { readonly state: 'up_for_reschedule' | 'deferred' | 'awaiting_input' }>

function endedRecord(running: TaskInstance, end: Ended, endDate: string): TaskInstance {
  const startDate = running.startDate ?? endDate
  const error = 'thrown' in end ? toTaskError(end.thrown) : null
  const { tryNumber, dagVersion } = running
  const ended: TaskTry = { tryNumber, state: end.state, startDate, endDate, error, dagVersion }
  return {
    ...running,
    state: end.state,
    endDate,
    duration: secondsBetween(startDate, endDate),
    error,
    tries: [...running.tries, ended],
    lease: null,
    ...('entry' in end && typeof end.entry === 'object' && { entry: end.entry }),
  }
}
