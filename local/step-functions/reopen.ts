/** A new lifetime takes up what the last one left open, and repeats announcements that may not have arrived. */
import { stopOrphans } from './children.ts'
import type { ExecutionState } from './execution/state.ts'
import type { Lifetime } from './lifetime.ts'
import { interruptions } from './recovery.ts'
import type { Running } from './running.ts'
import { statusChange } from './status-change.ts'
import type { ExecutionKey } from './storage/execution-logs.ts'

type Open = (key: ExecutionKey, state: ExecutionState) => Running

export async function recover(lifetime: Lifetime, open: Open): Promise<void> {
  const { open: left, ended } = await lifetime.index.leftOver()
  for (const key of ended) attempt(lifetime, key, () => announce(lifetime, key))
  for (const key of left) attempt(lifetime, key, () => reopen(lifetime, open, key))
  stopOrphans(lifetime)
}

function attempt({ options }: Lifetime, key: ExecutionKey, work: () => void): void {
  try {
    work()
  } catch (error) {
    options.onNotice?.({
      what: `Execution ${key.executionName} of ${key.machineName} could not be reopened: ${String(error)}.`,
      fix: 'Start it again under another name. The others go on.',
    })
  }
}

function announce({ find, options }: Lifetime, key: ExecutionKey): void {
  const state = find(key)
  if (state) options.onStatusChange?.(statusChange(state))
}

function reopen(lifetime: Lifetime, open: Open, row: ExecutionKey): void {
  const key = { machineName: row.machineName, executionName: row.executionName }
  const state = lifetime.find(key)
  if (!state) {
    lifetime.index.dropped(key) // never acknowledged, or damaged
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
