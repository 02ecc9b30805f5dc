/**
 * One try of a task: clears what earlier tries pushed, runs the handler with its inputs and stores what it returned.
 * Whatever goes wrong in here is the end of the try, so that it is recorded and counted once.
 */
import type { TaskInstance } from '../../run-model/index.ts'
import type { HeldLease } from './hold-lease.ts'
import type { Invocation, TaskDefinition, TaskPorts, TaskProgram, WriteLog } from './ports.ts'
import type { Situation } from './read-situation.ts'
import { endOfThrow, type TryEnd } from './record-end.ts'
import { resolveInputs, returnValueKey } from './resolve-inputs.ts'
import { runInContext } from './run-in-context.ts'
import { runWithLimits } from './run-with-limits.ts'
import { taskClient } from './task-client.ts'
import { taskContext } from './task-context.ts'
import { toError } from './task-error.ts'
import { toJsonValue } from './to-json-value.ts'

export interface Try {
  readonly situation: Situation
  /** The record with our lease. */
  readonly running: TaskInstance
  readonly lease: HeldLease
  readonly invocation: Invocation
}

/** Never throws. */
export async function runTry(ports: TaskPorts, program: TaskProgram, attempt: Try): Promise<TryEnd> {
  const log = tryLog(ports, attempt)
  log('info', 'task try started', {})
  const end = await endOfTry(ports, program, attempt)
  const seconds = (ports.now() - Date.parse(attempt.running.startDate ?? '')) / 1000
  if (attempt.lease.lost.aborted) log('warn', 'task try lost', { seconds, error: attempt.lease.lost.reason })
  else if ('thrown' in end) log('error', 'task try ended', { state: end.state, seconds, error: toError(end.thrown) })
  else log('info', 'task try ended', { state: end.state, seconds })
  return end
}

async function endOfTry(ports: TaskPorts, program: TaskProgram, attempt: Try): Promise<TryEnd> {
  try {
    await runAndStore(ports, program, attempt)
    return { state: 'success' }
  } catch (thrown) {
    return endOfThrow(thrown, attempt.running)
  }
}

/** Every line says which try it belongs to; lines printed with `console.log` are tied to it by Lambda's request id. */
const tryLog = (ports: TaskPorts, { running, invocation }: Try): WriteLog => {
  const { dagId, runId, taskId, mapIndex, tryNumber } = running
  const names = { dagId, runId, taskId, mapIndex, tryNumber, requestId: invocation.requestId }
  return (level, message, fields) => ports.log(level, message, { ...fields, ...names })
}

async function runAndStore(ports: TaskPorts, program: TaskProgram, attempt: Try): Promise<void> {
  const { store } = ports
  const { situation, running } = attempt
  // A task without a record has pushed nothing.
  if (situation.record) await store.deleteXComs(running, running.taskId)
  const returned = await runHandler(ports, program, attempt)
  if (returned === undefined || !situation.task.doXcomPush) return
  const value = toJsonValue(returned, `The return value of task "${running.taskId}"`)
  await attempt.lease.confirm()
  const timestamp = new Date(ports.now()).toISOString()
  await store.putXCom(running, {
    taskId: running.taskId,
    mapIndex: running.mapIndex,
    key: returnValueKey,
    value,
    timestamp,
  })
}

async function runHandler(ports: TaskPorts, program: TaskProgram, attempt: Try): Promise<unknown> {
  const { situation, running, lease, invocation } = attempt
  const definition = definitionOf(program, running.taskId)
  if (definition.operator === 'empty') return undefined
  const handler = program.dag.handlers.get(running.taskId)
  if (!handler) throw new Error(`The bundle has no handler for task "${running.taskId}". Please report this bug.`)
  const inputs = await resolveInputs(
    { store: ports.store, run: running, taskId: running.taskId, functions: program.dag.handlers },
    definition.inputs,
  )
  const limits = {
    executionTimeoutSeconds: situation.task.executionTimeout,
    deadlineMs: invocation.deadlineMs,
    leaseLost: lease.lost,
  }
  const ended = new AbortController()
  try {
    return await runWithLimits(ports, limits, async (signal) => {
      const context = taskContext({ ...ports, log: tryLog(ports, attempt) }, situation.run, running, signal)
      const client = taskClient(ports, { run: situation.run, running, lease, ended: ended.signal })
      return runInContext({ context, client }, async () => handler(inputs))
    })
  } finally {
    ended.abort()
  }
}

function definitionOf(program: TaskProgram, taskId: string): TaskDefinition {
  const definition = program.dag.definition.tasks.find((task) => task.taskId === taskId)
  if (!definition) throw new Error(`The bundle has no task "${taskId}". Please report this bug.`)
  return definition
}
