/**
 * Everything that follows from the recorded answer of a waiting task: its XCom, the tasks its decision skips, its gates,
 * and the token of its state, in this order, so that whoever is let go finds what it reads. All of it may be repeated.
 */
import { type RunStore, type TaskInstance, taskOf, type Wiring } from '../../run-model/index.ts'
import { type ArrivalPorts, arriveAtGates } from './arrive-at-gates.ts'
import { skipUnchosen } from './skip-unchosen.ts'
import { keyOf } from './waiting-records.ts'

export interface AnswerPorts extends ArrivalPorts {
  readonly store: ArrivalPorts['store'] & Pick<RunStore, 'putTaskInstance' | 'putXCom'>
}

const returnValueKey = 'return_value'

/** @param execution name of the root execution. */
export async function spreadAnswer(
  ports: AnswerPorts,
  wiring: Wiring,
  execution: string,
  record: TaskInstance,
): Promise<void> {
  const { wait, mapIndex } = record
  if (!wait?.answer) return
  const taskKey = keyOf(wiring, record.taskId)
  if (record.state === 'success') {
    const entry = record.entry ?? record.state
    await storeAnswer(ports, wiring, taskKey, record)
    await arriveAtGates(ports, wiring, { execution, taskKey, status: entry, mapIndex })
    await ports.releaseToken(wait.token, { output: { s: entry } })
    return
  }
  const { name = 'Error', message = '' } = record.error ?? {}
  // The machine shall not repeat what has no tries left; its failing way tells the gates, as for every task.
  const error = record.state === 'failed' ? 'FailTask' : name
  await ports.releaseToken(wait.token, { error, cause: `${name}: ${message}` })
}

/** What later tasks read of a waiting task. Also for its own call, which may find an answer whose sender stopped right there. */
export async function storeAnswer(
  { store }: Pick<AnswerPorts, 'store'>,
  wiring: Wiring,
  taskKey: string,
  record: TaskInstance,
): Promise<void> {
  const { wait, taskId, mapIndex, dagId, runId, dagVersion, entry, endDate } = record
  if (wait?.answer?.state !== 'success') return
  const at = endDate ?? ''
  const { value } = wait.answer
  if (value !== undefined && taskOf(wiring, taskKey).doXcomPush) {
    await store.putXCom(record, { taskId, mapIndex, key: returnValueKey, value, timestamp: at })
  }
  const chosen = typeof entry === 'object' ? entry.b : undefined
  await skipUnchosen(store, wiring, { run: { dagId, runId }, dagVersion, mapIndex, taskKey, chosen, at })
}
