/** The arguments every state handler takes: where it stands and where it writes. */
import type { Machine, State } from '../definition/machine.ts'
import type { Draft } from '../execution/draft.ts'
import type { ExecutionState, Scope } from '../execution/state.ts'
import type { Surroundings } from '../execution/surroundings.ts'

export interface Situation {
  readonly machine: Machine
  readonly execution: ExecutionState
  readonly scope: Scope
  readonly draft: Draft
  readonly surroundings: Surroundings
}

export interface StateSituation extends Situation {
  readonly state: State
}
