/**
 * A DAG's memory of its schedule and of its slots. Every decision of a planner is one conditional write of this record;
 * what follows (creating and starting runs) can be repeated until it has happened.
 */
export interface Ledger {
  /** Greatest tick that became a run or was dropped; null before the first. */
  readonly lastTick: string | null
  /** The most recent dropped ticks, oldest first. */
  readonly dropped: readonly DroppedTick[]
  /** Ticks that shall become runs and are not known to exist yet, oldest first. */
  readonly due: readonly string[]
  /** Runs that hold one of the DAG's `maxActiveRuns` slots, in the order in which they got it. */
  readonly active: readonly ActiveRun[]
  /** Raised by one on every write; guards against two planners writing at once. */
  readonly revision: number
}

export interface DroppedTick {
  readonly tick: string
  readonly reason: 'superseded'
}

export interface ActiveRun {
  readonly runId: string
  /** DAG version it starts with: fixed with the slot, so that a repeated start is the same start. */
  readonly version: number
  /** True once its execution is known to have been started. */
  readonly started: boolean
}

export const emptyLedger: Ledger = { lastTick: null, dropped: [], due: [], active: [], revision: 0 }
