/** The records of a task that waits for its token: while it waits, and once somebody has answered. */
import type { StateEntry, TaskInstance, TaskTry, TaskWiring, Wiring } from '../../run-model/index.ts'
import type { Completion } from './complete-task.ts'
import { secondsBetween } from './records.ts'
import { successEntry } from './success-entry.ts'

/** @param running our record, whose `wait` already holds the token. A waiting task holds no lease. */
export const waitingRecord = (
  running: TaskInstance,
  state: 'deferred' | 'awaiting_input',
  human?: TaskInstance['human'],
): TaskInstance => ({ ...running, state, lease: null, ...(human && { human }) })

export interface Answered {
  readonly completion: Completion
  /** RFC 3339; when the answer came. */
  readonly at: string
}

export function answeredRecord(wiring: Wiring, seen: TaskInstance, answered: Answered): TaskInstance {
  const { at } = answered
  const { completion, entry } = checked(wiring, seen, answered.completion)
  const isLast = seen.tryNumber > seen.maxTries || (completion.state === 'failed' && completion.isFinal === true)
  const state = completion.state === 'success' ? 'success' : isLast ? 'failed' : 'up_for_retry'
  const error = completion.state === 'success' ? null : completion.error
  const { tryNumber, dagVersion } = seen
  const startDate = seen.startDate ?? at
  const ended: TaskTry = { tryNumber, state, startDate, endDate: at, error, dagVersion }
  return {
    ...seen,
    state,
    endDate: at,
    duration: secondsBetween(startDate, at),
    error,
    tries: [...seen.tries, ended],
    lease: null,
    ...(typeof entry === 'object' && { entry }),
    ...(completion.human && { human: completion.human }),
    // A record without `wait` is never completed.
    ...(seen.wait && { wait: { ...seen.wait, answer: answerOf(completion) } }),
  }
}

const answerOf = (completion: Completion) =>
  completion.state === 'failed'
    ? ({ state: 'failed' } as const)
    : ({ state: 'success', ...(completion.value !== undefined && { value: completion.value }) } as const)

/** An answer from which the plan cannot take what it needs is a failed try, as if a handler had returned it. */
function checked(
  wiring: Wiring,
  { taskId }: TaskInstance,
  completion: Completion,
): { readonly completion: Completion; readonly entry: StateEntry } {
  if (completion.state === 'failed') return { completion, entry: 'failed' }
  const task = wiringOf(wiring, taskId)
  const chosen = task.decision ? completion.chosen : undefined
  try {
    return { completion, entry: successEntry(wiring, task, completion.value, chosen) }
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ExposedValueError')) throw error
    const failure = { name: error.name, message: error.message, causes: [] }
    return { completion: { state: 'failed', error: failure }, entry: 'failed' }
  }
}

export const wiringOf = (wiring: Wiring, taskId: string): TaskWiring => wiring.tasks[keyOf(wiring, taskId)]! // its own key

export function keyOf(wiring: Wiring, taskId: string): string {
  const found = Object.entries(wiring.tasks).find(([, task]) => task.taskId === taskId)
  if (found) return found[0]
  throw new Error(`Plan ${wiring.hash} of DAG "${wiring.dagId}" has no task "${taskId}". Please report this bug.`)
}
