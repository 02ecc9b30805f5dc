/** What `apply` hands to the functions that change one scope. */
import type { Entry } from './entry.ts'
import type { StartAt } from './scopes.ts'
import type { ExecutionState, Scope } from './state.ts'

/** An entry and the scope it changes. */
export interface Change {
  readonly state: ExecutionState
  readonly scope: Scope
  readonly entry: Entry
  readonly startAt: StartAt
}
