/**
 * Ends a task that waits for its token, by its key: a person answered, outside work is done, the run it triggered ended.
 * Invariant: one conditional write decides which completion counts; everything that follows from it (XCom, skips, gates,
 * the token) is read from that record, so repeating a completion finishes what an earlier one left undone.
 */
import type { JsonValue, RunRef, RunStore, TaskError, TaskInstance, Wiring } from '../../run-model/index.ts'
import { type AnswerPorts, spreadAnswer } from './spread-answer.ts'
import { answeredRecord } from './waiting-records.ts'

export interface CompletionPorts extends AnswerPorts {
  readonly store: AnswerPorts['store'] & Pick<RunStore, 'getRun' | 'getTaskInstance'>
  readonly loadWiring: (dagId: string, planHash: string) => Promise<Wiring>
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: () => number
}

export interface WaitKey extends RunRef {
  readonly taskId: string
  readonly mapIndex: number
  /** Absent: whichever try waits. */
  readonly tryNumber?: number
}

/** `chosen`: options of the task's decision. A failure leaves as many tries as the record says, unless it is final. */
export type Completion =
  | {
      readonly state: 'success'
      readonly value?: JsonValue
      readonly chosen?: readonly string[]
      readonly human?: TaskInstance['human']
    }
  | {
      readonly state: 'failed'
      readonly error: TaskError
      readonly human?: TaskInstance['human']
      readonly isFinal?: true
    }

/**
 * `repeated`: this try was completed before; what that completion said stands and was sent once more. `not_waiting`: there
 * is nothing to complete. `other_try`: a later or earlier try is the current one.
 */
export type CompletionOutcome =
  | { readonly kind: 'completed' | 'repeated' | 'other_try'; readonly record: TaskInstance }
  | { readonly kind: 'not_waiting'; readonly record: TaskInstance | null }

/** A record changes a few times in its life; more losses in a row than this is a bug, not a race. */
const mostAttempts = 5

/** @throws StoreError, StepFunctionsError: call it again, nothing is done twice. */
export async function completeTask(
  ports: CompletionPorts,
  key: WaitKey,
  completion: Completion,
): Promise<CompletionOutcome> {
  const run = await ports.store.getRun(key)
  let seen = await ports.store.getTaskInstance(key, key.taskId, key.mapIndex)
  if (!run || run.state === 'queued') return { kind: 'not_waiting', record: seen }
  const wiring = await ports.loadWiring(run.dagId, run.planHash)
  const spread = (record: TaskInstance) => spreadAnswer(ports, wiring, run.execution.name, record)
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    if (!seen?.wait) return { kind: 'not_waiting', record: seen }
    if (key.tryNumber !== undefined && key.tryNumber !== seen.tryNumber) return { kind: 'other_try', record: seen }
    if (seen.wait.answer) {
      await spread(seen)
      return { kind: 'repeated', record: seen }
    }
    if (!isOpen(seen)) return { kind: 'not_waiting', record: seen }
    const answered = answeredRecord(wiring, seen, { completion, at: new Date(ports.now()).toISOString() })
    const { written, stored } = await ports.store.putTaskInstance(seen, answered)
    if (written) {
      await spread(stored)
      return { kind: 'completed', record: stored }
    }
    seen = stored
  }
  throw new Error(`The record of task "${key.taskId}" in run "${key.runId}" keeps changing.`)
}

/** A task may be answered before the call that started its work has returned: its token is stored first. */
const isOpen = ({ state }: TaskInstance): boolean =>
  state === 'deferred' || state === 'awaiting_input' || state === 'running'
