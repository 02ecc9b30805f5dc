/**
 * The life of a task that waits for its token, as the calls of its state see it: the first one stores the token and starts
 * what is waited for; a later one comes with a new token, because time is up or the machine repeats itself.
 */
import type { StatusEntry, TaskCall, TaskInstance, TaskWait } from '../../run-model/index.ts'
import {
  answeredRecord,
  type Completion,
  endOfTriggered,
  humanTimedOut,
  isTerminal,
  secondsBetween,
  stoppedByRun,
} from '../arrival/index.ts'
import { isAborted, isFailing } from './failing-run.ts'
import { firstPokeOf } from './poke-sensor.ts'
import type { Invocation, TaskDefinition, TaskPorts, TaskProgram } from './ports.ts'
import type { Situation } from './read-situation.ts'
import type { TryEnd } from './record-end.ts'
import { TaskBusy } from './task-busy.ts'
import { definitionOf } from './task-definition.ts'
import { allowedStatesOf, childOf, triggerOptionsOf, triggerPortsOf } from './trigger-run.ts'

export const isWaiting = ({ state }: TryEnd): boolean => state === 'deferred' || state === 'awaiting_input'

export interface Turn {
  readonly situation: Situation
  readonly call: TaskCall
  readonly invocation: Invocation
}

/** What a waiting task has come to: its end is recorded, or this try's, or it goes on waiting. */
export type WaitState =
  | { readonly record: TaskInstance; readonly status: StatusEntry }
  | { readonly thrown: Error }
  | { readonly waits: true }

/** What the record of a sensor and of a waiting task gains when a try begins. */
export function beginningOf(program: TaskProgram, turn: Turn, nowMs: number): Pick<TaskInstance, 'wait' | 'firstPoke'> {
  const { situation, call, invocation } = turn
  const { operator, options } = definitionOf(program, situation.task.taskId)
  if (operator === 'sensor') return { firstPoke: firstPokeOf(situation.record, call, nowMs) }
  // The token is in the record before anything is started that could answer it.
  // A call at a gate waits for nobody once it runs: its token is for its own end.
  if (call.token === undefined || call.gate) return {}
  const seconds = waitSecondsOf(options, situation.task.executionTimeout)
  const at = new Date(nowMs).toISOString()
  const heartbeat = options?.kind === 'deferrable' ? options.heartbeat : null
  const wait: TaskWait = {
    id: invocation.requestId,
    token: call.token,
    deadline: seconds === null ? null : new Date(nowMs + seconds * 1000).toISOString(),
    ...(heartbeat !== null && { heartbeat: { seconds: heartbeat, at } }),
  }
  return { wait }
}

/** The shorter of the operator's own limit and the task's. Null: as long as the run may last. */
function waitSecondsOf(options: TaskDefinition['options'], executionTimeout: number | null): number | null {
  const own =
    options?.kind === 'human_input' ? options.responseTimeout : options?.kind === 'deferrable' ? options.timeout : null
  const limits = [own, executionTimeout].filter((limit) => limit !== null)
  return limits.length > 0 ? Math.min(...limits) : null
}

/** A call for a task that waits already. */
export async function continueWait(ports: TaskPorts, program: TaskProgram, turn: Turn): Promise<WaitState> {
  const { record } = turn.situation
  if (!record?.wait || turn.call.token === undefined) throw new TaskBusy('The task waits for an answer.')
  const late = lateness(record, ports.now())
  if (late) return endWait(ports, program, { record, completion: late })
  // The machine waits for the new token only. A completion that has read the old one loses its write and reads again.
  const wait = { ...record.wait, id: turn.invocation.requestId, token: turn.call.token }
  const { written, stored } = await ports.store.putTaskInstance(record, { ...record, wait })
  return written ? lookAtWait(ports, program, turn, stored) : stateOf(stored)
}

/** After the token is stored: what is waited for may be over, or the run. Whoever ends it later finds the token. */
export async function lookAtWait(
  ports: TaskPorts,
  program: TaskProgram,
  turn: Turn,
  record: TaskInstance,
): Promise<WaitState> {
  if (isAborted(program.wiring, turn.situation) && (await isFailing(ports.store, turn.situation.run))) {
    return endWait(ports, program, { record, completion: stoppedByRun(record.taskId) })
  }
  if (definitionOf(program, record.taskId).options?.kind !== 'trigger_dag_run') return { waits: true }
  const options = triggerOptionsOf(program, record.taskId)
  const child = childOf(ports, options, { running: record, situation: turn.situation })
  const run = await triggerPortsOf(ports).store.getRun(child)
  if (run?.state !== 'success' && run?.state !== 'failed') return { waits: true }
  return endWait(ports, program, {
    record,
    completion: endOfTriggered({ allowedStates: allowedStatesOf(options) }, child, run.state),
  })
}

interface WaitEnd {
  readonly record: TaskInstance
  readonly completion: Completion
}

async function endWait(ports: TaskPorts, program: TaskProgram, { record, completion }: WaitEnd): Promise<WaitState> {
  const at = new Date(ports.now()).toISOString()
  const { written, stored } = await ports.store.putTaskInstance(
    record,
    answeredRecord(program.wiring, record, { completion, at }),
  )
  if (!written || completion.state === 'success') return stateOf(stored)
  const { name, message } = completion.error
  // What has no tries left goes by the one name that the machine does not retry.
  return {
    thrown: Object.assign(new Error(`${name}: ${message}`), { name: stored.state === 'failed' ? 'FailTask' : name }),
  }
}

function stateOf(stored: TaskInstance): WaitState {
  if (isTerminal(stored.state)) return { record: stored, status: stored.state }
  throw new TaskBusy(`Task "${stored.taskId}" is in the hands of another invocation.`)
}

/** A retrier calls again some seconds after the limit; infrastructure retries come sooner than this before it. */
const longestSlackSeconds = 10

/** Why the wait is over without an answer. Null: it is not. */
function lateness(record: TaskInstance, nowMs: number): Completion | null {
  const { wait, human } = record
  const at = new Date(nowMs).toISOString()
  if (wait?.deadline && nowMs >= Date.parse(wait.deadline))
    return human ? humanTimedOut(human, at) : timedOut(record, at)
  if (!wait?.heartbeat) return null
  const { seconds } = wait.heartbeat
  const silentSeconds = (nowMs - Date.parse(wait.heartbeat.at)) / 1000
  if (silentSeconds < seconds - Math.min(longestSlackSeconds, seconds / 2)) return null
  return failure('HeartbeatTimeout', `The outside work showed no sign of life for ${seconds} seconds.`)
}

const timedOut = ({ startDate }: TaskInstance, at: string): Completion =>
  failure('TaskDeferralTimeout', `No answer came within ${secondsBetween(startDate, at)} seconds.`)

const failure = (name: string, message: string): Completion => ({
  state: 'failed',
  error: { name, message, causes: [] },
})
