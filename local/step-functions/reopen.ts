/** A new lifetime takes up what the last one left open, and repeats announcements that may not have arrived. */
import { stopOrphans } from './children.ts'
import type { ExecutionState } from './execution/state.ts'
import type { Lifetime } from './lifetime.ts'
import { interruptions } from './recovery.ts'
import type { Running } from './running.ts'
import { statusChange } from './status-change.ts'
import type { IndexRow } from './storage/execution-index.ts'
import type { ExecutionKey } from './storage/execution-logs.ts'

type Open = (key: ExecutionKey, state: ExecutionState) => Running

/** Ends in the last minutes of the previous lifetime are announced again: their announcement may not have arrived. */
const announceAgainMs = 5 * 60_000

export async function recover(lifetime: Lifetime, open: Open): Promise<void> {
  const rows = await lifetime.index.rows()
  const lastMs = rows.reduce((most, row) => Math.max(most, row.stoppedAtMs ?? row.startedAtMs), 0)
  for (const row of rows) {
    try {
      if (row.status === 'RUNNING') reopen(lifetime, open, row)
      else if ((row.stoppedAtMs ?? 0) > lastMs - announceAgainMs) announce(lifetime, row)
    } catch (error) {
      lifetime.options.onNotice?.({
        what: `Execution ${row.executionName} of ${row.machineName} could not be reopened: ${String(error)}.`,
        fix: 'Start it again under another name. The others go on.',
      })
    }
  }
  stopOrphans(lifetime)
}

function announce({ find, options }: Lifetime, row: IndexRow): void {
  const state = find(row)
  if (state) options.onStatusChange?.(statusChange(state))
}

function reopen(lifetime: Lifetime, open: Open, row: IndexRow): void {
  const key = { machineName: row.machineName, executionName: row.executionName }
  const state = lifetime.find(key)
  if (!state) {
    lifetime.index.closed({ ...key, status: 'ABORTED', stoppedAtMs: row.startedAtMs }) // never acknowledged, or damaged
    return
  }
  const execution = open(key, state)
  for (const id of state.scopes.keys()) execution.touched.add(id)
  for (const stimulus of interruptions(execution.machine, state)) {
    // Their calls were made: while one interruption is written, those behind it must not look like calls still to be made.
    execution.calledEvents.add(stimulus.scheduledEventId)
    lifetime.enqueueQuietly(execution, stimulus)
  }
  lifetime.enqueueQuietly(execution, null)
}
