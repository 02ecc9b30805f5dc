/**
 * Gives every task of an ended run its final record. Every write is conditional on the record that was seen, so a late
 * worker changes nothing and repeating the whole changes nothing.
 */
import { type RunStore, type StateEntry, type TaskInstance, taskOf, type Wiring } from '../../run-model/index.ts'
import { inBounds, isTerminal, type Outcome, settleRecord, type TaskPlace } from '../arrival/index.ts'
import type { RunRecords } from './recorded-entries.ts'

export interface RunEnd {
  readonly run: { readonly dagId: string; readonly runId: string; readonly dagVersion: number }
  readonly records: RunRecords
  /** By task key. */
  readonly entries: Readonly<Record<string, StateEntry>>
  /** What an instance becomes that has not ended. @default failed: it never answered */
  readonly unended?: (instance: TaskInstance) => 'failed' | 'skipped'
  /** RFC 3339. */
  readonly at: string
}

export async function settleRun(store: Pick<RunStore, 'putTaskInstance'>, wiring: Wiring, end: RunEnd): Promise<void> {
  await inBounds(
    Object.entries(end.entries).flatMap((named) => settlingsOf(wiring, end, named)),
    (settling) => settleRecord(store, settling.place, settling.record, settling.outcome),
  )
}

interface Settling {
  readonly place: TaskPlace
  readonly record: TaskInstance | null
  readonly outcome: Outcome
}

/** The record of the whole task, and those of its instances that have not ended. */
function settlingsOf(wiring: Wiring, end: RunEnd, [key, entry]: readonly [string, StateEntry]): readonly Settling[] {
  const { run, records, at, unended = () => 'failed' as const } = end
  const task = taskOf(wiring, key)
  const place = { run: { dagId: run.dagId, runId: run.runId }, task, dagVersion: run.dagVersion }
  const { whole, instances } = records.get(task.taskId) ?? { whole: null, instances: [] }
  const open = instances.filter(({ state }) => !isTerminal(state) && state !== 'removed')
  return [
    { place, record: whole, outcome: { status: entry, at } },
    ...open.map((record) => ({
      place: { ...place, mapIndex: record.mapIndex },
      record,
      outcome: { status: unended(record), at },
    })),
  ]
}
