/** Start, stop, describe and list executions. */
import { randomUUID } from 'node:crypto'
import type { StartedBy } from '../execution/entry.ts'
import { isOversized, maxPayloadBytes } from '../execution/limits.ts'
import type { ExecutionState } from '../execution/state.ts'
import type { IndexRow } from '../storage/execution-index.ts'
import { ApiError, checkName, optionalText, type Request, requiredText, seconds } from './api-error.ts'
import { executionArn, machineArn, readExecutionArn } from './arns.ts'
import { find } from './machines.ts'
import { redriveFields } from './redrive.ts'
import { olderThan, pageOfRows } from './row-pages.ts'
import type { Service } from './service.ts'

export async function startExecution(service: Service, request: Request) {
  const { record, version, arn } = find(service, request, 'stateMachineArn')
  const name = optionalText(request, 'name') ?? randomUUID()
  checkName(name)
  const input = optionalText(request, 'input') ?? '{}'
  checkInput(input)
  const key = { machineName: record.name, executionName: name }
  const own = executionArn(service.options, record.name, name)
  if (service.logs.exists(key)) {
    const present = service.engine.find(key)
    // The same name and input of an open execution is the same execution; anything else under that name is refused.
    // A task that repeats its call after a crash finds what it started, even when that has ended.
    if (present && isSame(present.identity.startedBy, service.startedBy)) return started(own, present.startedAtMs)
    if (present?.status === 'RUNNING' && present.input === input) return started(own, present.startedAtMs)
    if (present) throw new ApiError('ExecutionAlreadyExists', `Execution Already Exists: '${own}'`)
  }
  const state = await service.engine.start(
    {
      arn: own,
      name,
      machineName: record.name,
      machineArn: arn,
      versionArn: version ? `${arn}:${version.number}` : null,
      roleArn: record.roleArn,
      definitionHash: (version ?? record).definitionHash,
      ...(service.startedBy ? { startedBy: service.startedBy } : {}),
    },
    input,
  )
  return started(own, state.startedAtMs)
}

function isSame(one: StartedBy | undefined, other: StartedBy | null | undefined): boolean {
  if (!one || !other) return false
  const { machineName, executionName, eventId } = one
  return machineName === other.machineName && executionName === other.executionName && eventId === other.eventId
}

const started = (arn: string, atMs: number) => ({ executionArn: arn, startDate: seconds(atMs) })

function checkInput(input: string): void {
  if (isOversized(input)) {
    throw new ApiError(
      'InvalidExecutionInput',
      `Invalid Execution Input: the input has more than ${maxPayloadBytes} bytes`,
    )
  }
  try {
    JSON.parse(input)
  } catch (error) {
    throw new ApiError(
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: '${error instanceof Error ? error.message : String(error)}'`,
    )
  }
}

export async function stopExecution(service: Service, request: Request) {
  const arn = requiredText(request, 'executionArn')
  const state = found(service, arn)
  await service.engine.deliver(readExecutionArn(arn), {
    kind: 'stop',
    error: optionalText(request, 'error'),
    cause: optionalText(request, 'cause'),
  })
  return { stopDate: seconds(found(service, arn).stoppedAtMs ?? state.startedAtMs) }
}

export function describeExecution(service: Service, request: Request) {
  const state = found(service, requiredText(request, 'executionArn'))
  const { identity } = state
  return {
    executionArn: identity.arn,
    stateMachineArn: identity.machineArn,
    name: identity.name,
    status: state.status,
    startDate: seconds(state.startedAtMs),
    ...(state.stoppedAtMs === null ? {} : { stopDate: seconds(state.stoppedAtMs) }),
    input: state.input,
    inputDetails: { included: true },
    ...(state.output === null ? {} : { output: state.output, outputDetails: { included: true } }),
    ...(state.error === null ? {} : { error: state.error }),
    ...(state.cause === null ? {} : { cause: state.cause }),
    ...(identity.versionArn === null ? {} : { stateMachineVersionArn: identity.versionArn }),
    ...(identity.mapRunArn === undefined ? {} : { mapRunArn: identity.mapRunArn }),
    ...redriveFields(state, service.options.clock.now()),
  }
}

/** Newest first, as on AWS. */
export function listExecutions(service: Service, request: Request) {
  const mapRunArn = optionalText(request, 'mapRunArn')
  if (mapRunArn !== null) return childrenOfMapRun(service, request, mapRunArn)
  const { record, version, arn } = find(service, request, 'stateMachineArn')
  const versionArn = version ? `${arn}:${version.number}` : null
  const status = optionalText(request, 'statusFilter')
  const page = pageOfRows(service.index.newestFirst(record.name, olderThan(request)), request, (listed) => {
    const row = current(service, listed)
    return (versionArn === null || row.versionArn === versionArn) && (status === null || row.status === status)
      ? row
      : null
  })
  return { executions: page.items.map((row) => executionOf(service, row, arn)), nextToken: page.nextToken }
}

function executionOf(service: Service, row: IndexRow, stateMachineArn: string) {
  return {
    executionArn: executionArn(service.options, row.machineName, row.executionName),
    stateMachineArn,
    ...(row.mapRunArn === undefined ? {} : { mapRunArn: row.mapRunArn }),
    name: row.executionName,
    status: row.status,
    startDate: seconds(row.startedAtMs),
    ...(row.stoppedAtMs === null ? {} : { stopDate: seconds(row.stoppedAtMs) }),
    ...(row.versionArn === null ? {} : { stateMachineVersionArn: row.versionArn }),
    redriveCount: row.redriveCount,
  }
}

function childrenOfMapRun(service: Service, request: Request, mapRunArn: string) {
  const machineName = mapRunArn.split(':')[6] ?? ''
  const status = optionalText(request, 'statusFilter')
  const page = pageOfRows(service.index.newestFirst(machineName, olderThan(request)), request, (listed) => {
    const row = current(service, listed)
    return row.mapRunArn === mapRunArn && (status === null || row.status === status) ? row : null
  })
  const arn = machineArn(service.options, machineName)
  return { executions: page.items.map((row) => executionOf(service, row, arn)), nextToken: page.nextToken }
}

/** The index learns of an end a moment after the log. */
function current(service: Service, row: IndexRow): IndexRow {
  if (row.status !== 'RUNNING') return row
  const state = service.engine.find(row)
  if (!state) return row
  const { status, stoppedAtMs, redriveCount } = state
  return { ...row, status, stoppedAtMs, redriveCount }
}

function found(service: Service, arn: string): ExecutionState {
  const state = service.engine.find(readExecutionArn(arn))
  if (state) return state
  throw new ApiError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`)
}
