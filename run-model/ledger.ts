/** A DAG's memory of its schedule: the last tick that was handled, and ticks that were dropped with the reason. */
export interface Ledger {
  /** Greatest tick that became a run or was dropped; null before the first. */
  readonly lastTick: string | null
  /** The most recent dropped ticks, oldest first. */
  readonly dropped: readonly { readonly tick: string; readonly reason: 'superseded' }[]
  /** Raised by one on every write; guards against two planners writing at once. */
  readonly revision: number
}

export const emptyLedger: Ledger = { lastTick: null, dropped: [], revision: 0 }
