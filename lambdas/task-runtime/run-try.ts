/**
 * One try of a task: clears what earlier tries pushed, does what its operator does and stores what that returned.
 * Whatever goes wrong in here is the end of the try, so that it is recorded and counted once.
 */
import type { JsonValue, StateEntry, TaskInstance } from '../../run-model/index.ts'
import { mappingsOver, successEntry } from '../arrival/index.ts'
import { readChoice } from './choose-options.ts'
import { endOfThrow } from './end-of-throw.ts'
import type { HeldLease } from './hold-lease.ts'
import { operators } from './operators.ts'
import type { Invocation, TaskDefinition, TaskPorts, TaskProgram } from './ports.ts'
import type { Situation } from './read-situation.ts'
import type { TryEnd } from './record-end.ts'
import { requireMappable } from './require-mappable.ts'
import { returnValueKey } from './resolve-inputs.ts'
import { isPlatformFault } from './task-busy.ts'
import { definitionOf } from './task-definition.ts'
import { toError } from './task-error.ts'
import { toJsonValue } from './to-json-value.ts'
import { tryLog } from './try-log.ts'

export interface Try {
  readonly situation: Situation
  /** The record with our lease. */
  readonly running: TaskInstance
  readonly lease: HeldLease
  readonly invocation: Invocation
}

/** @returns what the task returned; undefined: nothing. */
export type Operate = (ports: TaskPorts, program: TaskProgram, attempt: Try) => Promise<unknown>

/** @throws faults of the platform, and only for operators without a handler. */
export async function runTry(ports: TaskPorts, program: TaskProgram, attempt: Try): Promise<TryEnd> {
  const log = tryLog(ports, attempt)
  log('info', 'task try started', {})
  const end = await endOfTry(ports, program, attempt)
  const seconds = (ports.now() - Date.parse(attempt.running.startDate ?? '')) / 1000
  if (attempt.lease.lost.aborted) log('warn', 'task try lost', { seconds, error: attempt.lease.lost.reason })
  else if (end.state === 'up_for_reschedule') log('info', 'task not ready', { seconds })
  else if ('thrown' in end) log('error', 'task try ended', { state: end.state, seconds, error: toError(end.thrown) })
  else log('info', 'task try ended', { state: end.state, seconds })
  return end
}

async function endOfTry(ports: TaskPorts, program: TaskProgram, attempt: Try): Promise<TryEnd> {
  const { running, situation } = attempt
  try {
    // A task without a record has pushed nothing, and another poke is not another try.
    const isRepeated = situation.record !== null && situation.record.state !== 'up_for_reschedule'
    if (isRepeated) await ports.store.deleteXComs(running, running.taskId, running.mapIndex)
    const returned = await operatorOf(program, situation)(ports, program, attempt)
    return { state: 'success', entry: await storeReturned(ports, program, attempt, returned) }
  } catch (thrown) {
    // Without code of the author's, a service that cannot be reached is no failure of the task: the call is repeated.
    if (isPlatformFault(thrown) && !handlerKinds.has(situation.task.operator)) throw thrown
    return endOfThrow(thrown, running, definitionOf(program, running.taskId).spec.retryPolicy)
  }
}

const handlerKinds: ReadonlySet<string> = new Set(['task', 'sensor', 'deferrable'])

function operatorOf({ operators: extra = {} }: TaskProgram, { task: { operator } }: Situation): Operate {
  const all = { ...operators, ...extra }
  // The names are the compiler's kinds; any other is in no bundle.
  const operate = Object.hasOwn(all, operator) ? all[operator as TaskDefinition['operator']] : undefined
  if (operate) return operate
  throw new Error(`The task runtime cannot run operator "${operator}". Please report this bug.`)
}

/** Makes what a task returned readable for others, and answers what state data shall hold of it. */
async function storeReturned(
  ports: TaskPorts,
  program: TaskProgram,
  attempt: Try,
  returned: unknown,
): Promise<StateEntry> {
  const { task } = attempt.situation
  const { value, chosen } = task.decision
    ? readChoice(program.wiring, task, returned)
    : { value: returned, chosen: undefined }
  const json = value === undefined ? undefined : toJsonValue(value, `The return value of task "${task.taskId}"`)
  if (isMappedOver(program, attempt)) requireMappable(program, task.taskId, json)
  const entry = successEntry(program.wiring, task, json, chosen)
  if (json !== undefined && task.doXcomPush) await pushReturnValue(ports, attempt, json)
  return entry
}

/** Of a mapped task, what the next mapping reads is the list of all its return values, not this one. */
const isMappedOver = (program: TaskProgram, { situation: { mapIndex, task } }: Try): boolean =>
  mapIndex < 0 && mappingsOver(program.wiring, task).length > 0

async function pushReturnValue(ports: TaskPorts, { running, lease }: Try, value: JsonValue): Promise<void> {
  await lease.confirm()
  const { taskId, mapIndex } = running
  const timestamp = new Date(ports.now()).toISOString()
  await ports.store.putXCom(running, { taskId, mapIndex, key: returnValueKey, value, timestamp })
}
