/** Histories of a run's executions → what AWS would charge and limit. */
export interface HistoryEvent {
  readonly type: string
}

export interface Counts {
  readonly transitions: number
  readonly events: number
}

/** @param histories the run's own execution first */
export function countsOf(histories: readonly (readonly HistoryEvent[])[]): Counts {
  const transitions = histories.map((history) => {
    const count = (isCounted: (type: string) => boolean) => history.filter(({ type }) => isCounted(type)).length
    const entered = count((type) => type.endsWith('StateEntered'))
    // A retry is a transition too (AWS, Step Functions pricing); it shows as one more call of an entered Task.
    const retries = count((type) => type === 'TaskScheduled') - count((type) => type === 'TaskStateEntered')
    return entered + Math.max(0, retries)
  })
  return { transitions: transitions.reduce((sum, one) => sum + one, 0), events: histories[0]?.length ?? 0 }
}
