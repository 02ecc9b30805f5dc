/**
 * Makes a task's record say what the execution decided. The record of a real try stays as it is when the two agree; when
 * they do not, the execution wins, because later tasks have acted on what it said.
 */
import type { RunStore, StatusEntry, TaskInstance } from '../../run-model/index.ts'
import { crashedRecord, decidedRecord, type TaskPlace } from './records.ts'

/** A record changes a few times in its life; more losses in a row than this is a bug, not a race. */
const mostAttempts = 5

/**
 * Every write is conditional on the record that was seen, so a late worker and this call cannot both win, and repeating
 * the call changes nothing.
 *
 * @param at RFC 3339; when the task ended, if nobody recorded it.
 */
export async function settleRecord(
  store: Pick<RunStore, 'putTaskInstance'>,
  place: TaskPlace,
  record: TaskInstance | null,
  outcome: { readonly status: StatusEntry; readonly at: string },
): Promise<void> {
  let seen = record
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    if (seen?.state === outcome.status) return
    const { written, stored } = await store.putTaskInstance(seen, settled(place, seen, outcome))
    if (written) return
    seen = stored
  }
  throw new Error(`The record of task "${place.task.taskId}" in run "${place.run.runId}" keeps changing.`)
}

const settled = (
  place: TaskPlace,
  seen: TaskInstance | null,
  { status, at }: { readonly status: StatusEntry; readonly at: string },
): TaskInstance => (status === 'failed' ? crashedRecord(place, seen, at) : decidedRecord(place, seen, status, at))
