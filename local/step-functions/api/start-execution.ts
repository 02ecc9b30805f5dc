/** StartExecution, and what is checked of a name and an input. Source: AWS, StartExecution ("Idempotency"). */
import { randomUUID } from 'node:crypto'
import type { ExecutionIdentity, StartedBy } from '../execution/entry.ts'
import { isOversized, maxPayloadBytes } from '../execution/limits.ts'
import type { ExecutionState } from '../execution/state.ts'
import { aliasArn, routeOf } from './aliases.ts'
import { ApiError, checkName, optionalText, type Request, seconds } from './api-error.ts'
import { executionArn } from './arns.ts'
import { type FoundMachine, findLiving } from './find-machine.ts'
import { expressOf, type Service } from './service.ts'

/** AWS: a name is free again this long after its execution closed. */
const nameIsKeptMs = 90 * 86_400_000

export async function startExecution(service: Service, request: Request) {
  const found = findLiving(service, request, 'stateMachineArn')
  const { name, input } = readStart(request)
  if (found.record.type === 'EXPRESS') {
    const running = expressOf(service).start(expressIdentity(service, found, name), input)
    return started(running.arn, running.startedAtMs)
  }
  const key = { machineName: found.record.name, executionName: name }
  const arn = executionArn(service.options, found.record.name, name)
  if (service.logs.exists(key)) {
    const present = service.engine.find(key)
    if (present && isTheSame(service, present, input)) return started(arn, present.startedAtMs)
    if (present && !isForgotten(present, service.options.clock.now()))
      throw new ApiError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`)
    service.logs.remove(key)
  }
  const { startedBy } = service
  const identity = { ...identityOf(service, found, name), arn, ...(startedBy ? { startedBy } : {}) }
  const state = await service.engine.start(identity, input)
  return started(arn, state.startedAtMs)
}

export function readStart(request: Request): { readonly name: string; readonly input: string } {
  const name = optionalText(request, 'name') ?? randomUUID()
  checkName(name)
  const input = optionalText(request, 'input') ?? '{}'
  checkInput(input)
  return { name, input }
}

const started = (arn: string, atMs: number) => ({ executionArn: arn, startDate: seconds(atMs) })

/**
 * The same name and input of an open execution is the same execution. A task that repeats its call after a crash finds what it
 * started, even when that has ended.
 */
function isTheSame({ startedBy }: Service, present: ExecutionState, input: string): boolean {
  if (isSameTask(present.identity.startedBy, startedBy)) return true
  return present.status === 'RUNNING' && present.input === input
}

function isSameTask(one: StartedBy | undefined, other: StartedBy | null | undefined): boolean {
  if (!one || !other) return false
  const { machineName, executionName, eventId } = one
  return machineName === other.machineName && executionName === other.executionName && eventId === other.eventId
}

const isForgotten = ({ stoppedAtMs }: ExecutionState, nowMs: number) =>
  stoppedAtMs !== null && nowMs - stoppedAtMs > nameIsKeptMs

export function identityOf(service: Service, found: FoundMachine, name: string): Omit<ExecutionIdentity, 'arn'> {
  const { record, alias, arn } = found
  const version = alias ? routeOf(record, alias, service.options.random ?? Math.random) : found.version
  return {
    name,
    machineName: record.name,
    machineArn: arn,
    versionArn: version ? `${arn}:${version.number}` : null,
    ...(alias ? { aliasArn: aliasArn(service, record, alias.name) } : {}),
    roleArn: version?.roleArn ?? record.roleArn,
    definitionHash: (version ?? record).definitionHash,
  }
}

export function expressIdentity(service: Service, found: FoundMachine, name: string) {
  return { ...identityOf(service, found, name), id: randomUUID() }
}

export function checkInput(input: string): void {
  if (isOversized(input)) {
    const why = `the input has more than ${maxPayloadBytes} bytes`
    throw new ApiError('InvalidExecutionInput', `Invalid Execution Input: ${why}`)
  }
  try {
    JSON.parse(input)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ApiError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${why}'`)
  }
}
