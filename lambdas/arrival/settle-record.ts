/**
 * Makes a task's record say what the execution decided. The record of a real try stays as it is when the two agree; when
 * they do not, the execution wins, because later tasks have acted on what it said.
 */
import { type RunStore, type StateEntry, statusOf, type TaskInstance } from '../../run-model/index.ts'
import { calledRecord, crashedRecord, decidedRecord, type TaskPlace } from './records.ts'

/** A record changes a few times in its life; more losses in a row than this is a bug, not a race. */
const mostAttempts = 5

export interface Outcome {
  readonly status: StateEntry
  /** RFC 3339; when the task ended, if nobody recorded it. */
  readonly at: string
}

/**
 * Every write is conditional on the record that was seen, so a late worker and this call cannot both win, and repeating
 * the call changes nothing.
 */
export async function settleRecord(
  store: Pick<RunStore, 'putTaskInstance'>,
  place: TaskPlace,
  record: TaskInstance | null,
  outcome: Outcome,
): Promise<void> {
  let seen = record
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    if (seen && agrees(seen, outcome.status)) return
    const { written, stored } = await store.putTaskInstance(seen, settled(place, seen, outcome))
    if (written) return
    seen = stored
  }
  throw new Error(`The record of task "${place.task.taskId}" in run "${place.run.runId}" keeps changing.`)
}

/** The record of a mapped task must count its instances too. Of any other task, the record knows more than the entry. */
function agrees({ state, entry: recorded }: TaskInstance, entry: StateEntry): boolean {
  if (state !== statusOf(entry)) return false
  const counts = countsIn(entry)
  return counts === undefined || String(counts) === String(countsIn(recorded))
}

const countsIn = (entry: StateEntry | undefined) => (typeof entry === 'object' ? entry.c : undefined)

function settled(place: TaskPlace, seen: TaskInstance | null, { status, at }: Outcome): TaskInstance {
  const called = seen === null ? calledRecord(place, status) : null
  if (called) return called
  const isCrashed = statusOf(status) === 'failed' && countsIn(status) === undefined
  return isCrashed ? crashedRecord(place, seen, at) : decidedRecord(place, seen, status, at)
}
