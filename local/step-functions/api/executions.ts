/** Stop, describe and list executions. */
import type { ExecutionState } from '../execution/state.ts'
import type { IndexRow } from '../storage/execution-index.ts'
import { aliasArn } from './aliases.ts'
import { ApiError, optionalText, type Request, requiredText, seconds } from './api-error.ts'
import { executionArn, machineArn, readExecutionArn } from './arns.ts'
import { find } from './find-machine.ts'
import { redriveFields } from './redrive.ts'
import { olderThan, pageOfRows } from './row-pages.ts'
import type { Service } from './service.ts'
import { notSupported } from './start-sync-execution.ts'

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
    ...dataOf(state, request.includedData !== 'METADATA_ONLY'),
    ...(identity.versionArn === null ? {} : { stateMachineVersionArn: identity.versionArn }),
    ...(identity.aliasArn === undefined ? {} : { stateMachineAliasArn: identity.aliasArn }),
    ...(identity.mapRunArn === undefined ? {} : { mapRunArn: identity.mapRunArn }),
    ...redriveFields(state, service.options.clock.now()),
  }
}

/** `METADATA_ONLY` leaves out what the author's data may be in. */
function dataOf({ input, output, error, cause }: ExecutionState, included: boolean) {
  const hasOutput = output !== null
  if (!included) return { inputDetails: { included }, ...(hasOutput ? { outputDetails: { included } } : {}) }
  return {
    input,
    inputDetails: { included },
    ...(hasOutput ? { output, outputDetails: { included } } : {}),
    ...(error === null ? {} : { error }),
    ...(cause === null ? {} : { cause }),
  }
}

/** Newest first, as on AWS. */
export function listExecutions(service: Service, request: Request) {
  const mapRunArn = optionalText(request, 'mapRunArn')
  if ((mapRunArn === null) === (optionalText(request, 'stateMachineArn') === null))
    throw new ApiError(
      'ValidationException',
      '1 validation error detected: Must provide a StateMachine ARN or MapRun ARN',
    )
  return mapRunArn === null ? ofMachine(service, request) : ofMapRun(service, request, mapRunArn)
}

function ofMachine(service: Service, request: Request) {
  const { record, version, alias, arn } = find(service, request, 'stateMachineArn')
  if (record.type === 'EXPRESS') throw notSupported()
  const versionArn = version ? `${arn}:${version.number}` : null
  const ofAlias = alias ? aliasArn(service, record, alias.name) : null
  const isMeant = (row: IndexRow) =>
    (versionArn === null || row.versionArn === versionArn) && (ofAlias === null || row.aliasArn === ofAlias)
  return pageOf(service, request, record.name, isMeant)
}

function ofMapRun(service: Service, request: Request, mapRunArn: string) {
  return pageOf(service, request, mapRunArn.split(':')[6] ?? '', (row) => row.mapRunArn === mapRunArn)
}

function pageOf(service: Service, request: Request, machineName: string, isMeant: (row: IndexRow) => boolean) {
  const isAskedFor = filterOf(request)
  const rows = service.index.newestFirst(machineName, olderThan(request))
  const page = pageOfRows(rows, request, (listed) => {
    const row = isMeant(listed) ? current(service, listed) : null
    return row && isAskedFor(row) ? row : null
  })
  return { executions: page.items.map((row) => executionOf(service, row)), nextToken: page.nextToken }
}

function filterOf(request: Request): (row: IndexRow) => boolean {
  const status = optionalText(request, 'statusFilter')
  const redriven = optionalText(request, 'redriveFilter')
  return (row) =>
    (status === null || row.status === status) &&
    (redriven === null || (redriven === 'REDRIVEN') === row.redriveCount > 0)
}

function executionOf(service: Service, row: IndexRow) {
  return {
    executionArn: executionArn(service.options, row.machineName, row.executionName),
    stateMachineArn: machineArn(service.options, row.machineName),
    ...(row.mapRunArn === undefined ? {} : { mapRunArn: row.mapRunArn }),
    name: row.executionName,
    status: row.status,
    startDate: seconds(row.startedAtMs),
    ...(row.stoppedAtMs === null ? {} : { stopDate: seconds(row.stoppedAtMs) }),
    ...(row.versionArn === null ? {} : { stateMachineVersionArn: row.versionArn }),
    ...(row.aliasArn === undefined ? {} : { stateMachineAliasArn: row.aliasArn }),
    redriveCount: row.redriveCount,
  }
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
