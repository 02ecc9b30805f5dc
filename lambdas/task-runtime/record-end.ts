/**
 * Writes how a try ended. This write is the commit point: before it nothing happened as far as others know, after it
 * the try never runs again. It succeeds only while the record is still ours.
 */
import { errorNames, type RunStore, type TaskInstance, type TaskTry } from '../../run-model/index.ts'
import { secondsBetween } from '../arrival/index.ts'
import { toTaskError } from './task-error.ts'

export type TryEnd =
  | { readonly state: 'success' | 'skipped' }
  | { readonly state: 'failed' | 'up_for_retry'; readonly thrown: unknown }

/** Names by which an author says what a thrown error means. Compared by name: two bundles hold two copies of a class. */
const skipNames = new Set(['SkipTask', 'AirflowSkipException'])
const failNames = new Set<string>([errorNames.failTask, 'AirflowFailException'])

/** What a thrown value means for a try. The retry budget is the record's, whatever Step Functions has counted. */
export function endOfThrow(thrown: unknown, record: TaskInstance): TryEnd {
  const name = thrown instanceof Error ? thrown.name : ''
  if (skipNames.has(name)) return { state: 'skipped' }
  const isLast = failNames.has(name) || record.tryNumber > record.maxTries
  return { state: isLast ? 'failed' : 'up_for_retry', thrown }
}

/** @returns the stored record, and whether this call wrote it: not when the lease was lost to somebody else. */
export function recordEnd(
  store: Pick<RunStore, 'putTaskInstance'>,
  running: TaskInstance,
  end: TryEnd,
  nowMs: number,
): ReturnType<RunStore['putTaskInstance']> {
  return store.putTaskInstance(running, endedRecord(running, end, new Date(nowMs).toISOString()))
}

function endedRecord(running: TaskInstance, end: TryEnd, endDate: string): TaskInstance {
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
  }
}
