/** What each task of a simulated run does, try by try. */
export type TryOutcome = 'success' | 'skipped' | 'failed' | 'FailTask' | 'crash'

export interface Behaviour {
  /** Per try; a try beyond the list succeeds. */
  readonly outcomes: readonly TryOutcome[]
  /** Length of every try. */
  readonly seconds: number
  /** The first answer after the record was written does not arrive. */
  readonly answerIsLost: boolean
}

/** By task id. */
export type Scenario = ReadonlyMap<string, Behaviour>
