/** What each task of a simulated run does, try by try. */
import type { JsonValue } from '../../../run-model/index.ts'

/** `notReady` is a sensor's: it is poked again. */
export type TryOutcome = 'success' | 'skipped' | 'failed' | 'FailTask' | 'crash' | 'notReady'

export interface Behaviour {
  /** Per try, of a sensor per poke; what is beyond the list succeeds. */
  readonly outcomes: readonly TryOutcome[]
  /** Length of every try or poke. */
  readonly seconds: number
  /** The first answer after the record was written does not arrive. */
  readonly answerIsLost: boolean
  /** What a decider's handler returns. */
  readonly returns?: JsonValue
  /** Length of the array it returns, for tasks that are mapped over it. @default 1 */
  readonly length?: number
  /** Of a mapped task, by map index. */
  readonly each?: readonly Pick<Behaviour, 'outcomes' | 'seconds'>[]
}

/** By task id. */
export type Scenario = ReadonlyMap<string, Behaviour>
