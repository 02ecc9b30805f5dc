/** Histories of a run's executions → what AWS would charge and limit. */
export interface HistoryEvent {
  readonly type: string
  readonly stateExitedEventDetails?: { readonly name: string; readonly output: string }
}

export interface ExecutionCounts {
  /** State transitions that AWS would charge. */
  readonly transitions: number
  /** Events in its history (25,000 at most, a quota of Step Functions). */
  readonly events: number
}

export function countsOf(history: readonly HistoryEvent[]): ExecutionCounts {
  const count = (isCounted: (type: string) => boolean) => history.filter(({ type }) => isCounted(type)).length
  const entered = count((type) => type.endsWith('StateEntered'))
  // A retry is a transition too (AWS, Step Functions pricing); it shows as one more call of an entered Task.
  const retries = count((type) => type === 'TaskScheduled') - count((type) => type === 'TaskStateEntered')
  return { transitions: entered + Math.max(0, retries), events: history.length }
}
