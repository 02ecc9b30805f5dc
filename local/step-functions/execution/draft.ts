/** Collects the entries of one decision and numbers them. Invariant: the state it starts from is not changed. */
import type { Details, Entry, Own } from './entry.ts'
import type { ExecutionState, Scope } from './state.ts'

/** AWS: 25,000 events per Standard execution, the last one being the failure itself. */
export const maxEvents = 25_000

/** Thrown out of a decision that would write event 25,000. */
export class HistoryFull extends Error {
  override readonly name = 'HistoryFull'
}

export interface Draft {
  readonly entries: Entry[]
  /** Adds a history event and answers its id. `after` replaces the scope's last event as its predecessor. */
  event(scope: Scope, type: string, details?: Details, own?: Own, after?: number): number
  /** Adds a note that AWS's history does not have. */
  note(scope: Scope, type: string, own?: Own): void
}

export function startDraft(state: ExecutionState, atMs: number): Draft {
  const entries: Entry[] = []
  const last = new Map<number, number>()
  let nextId = state.nextEventId
  return {
    entries,
    event(scope, type, details, own, after) {
      const isFinal = /^Execution(Failed|Succeeded|TimedOut|Aborted)$/.test(type)
      if (nextId >= maxEvents && !isFinal) throw new HistoryFull()
      const id = nextId++
      const previousId = after ?? last.get(scope.id) ?? scope.lastEventId
      if (!/^(Parallel|Map)StateSucceeded$/.test(type)) last.set(scope.id, id)
      entries.push({
        type,
        id,
        previousId,
        atMs,
        scope: scope.id,
        ...(details ? { details } : {}),
        ...(own ? { own } : {}),
      })
      return id
    },
    note(scope, type, own) {
      entries.push({ type, id: 0, previousId: 0, atMs, scope: scope.id, ...(own ? { own } : {}) })
    },
  }
}
