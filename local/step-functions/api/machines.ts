/** Create, update, delete, describe and list state machines and their versions. */
import { createHash, randomUUID } from 'node:crypto'
import { checkDefinition, renderDiagnostics } from '../definition/check-definition.ts'
import type { MachineRecord, MachineVersion } from '../storage/machine-store.ts'
import { ApiError, checkName, optionalText, pageOf, type Request, requiredText, seconds } from './api-error.ts'
import { machineArn, readExecutionArn, readMachineArn } from './arns.ts'
import type { Service } from './service.ts'

export function createStateMachine(service: Service, request: Request) {
  const name = requiredText(request, 'name')
  checkName(name)
  const type = optionalText(request, 'type') ?? 'STANDARD'
  if (type !== 'STANDARD')
    throw new ApiError('StateMachineTypeNotSupported', `${type} workflows are not served locally; STANDARD ones are`)
  const definitionHash = keepDefinition(service, requiredText(request, 'definition'))
  const roleArn = requiredText(request, 'roleArn')
  const stateMachineArn = machineArn(service.options, name)
  const present = service.machines.get(name)
  if (present) {
    // Idempotent by name, definition and role; anything else under the same name is refused (AWS: CreateStateMachine).
    if (present.definitionHash !== definitionHash || present.roleArn !== roleArn) {
      throw new ApiError('StateMachineAlreadyExists', `State Machine Already Exists: '${stateMachineArn}'`)
    }
  }
  const nowMs = service.options.clock.now()
  const created: MachineRecord = present ?? {
    name,
    roleArn,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    revisionId: randomUUID(),
    definitionHash,
    nextVersion: 1,
    versions: [],
  }
  if (!present) service.machines.put(created)
  const version =
    request.publish === true ? publish(service, created, optionalText(request, 'versionDescription')) : null
  return {
    stateMachineArn,
    creationDate: seconds(created.createdAtMs),
    ...(version ? { stateMachineVersionArn: `${stateMachineArn}:${version.number}` } : {}),
  }
}

export function updateStateMachine(service: Service, request: Request) {
  const { record, arn } = find(service, request, 'stateMachineArn')
  const definition = optionalText(request, 'definition')
  const roleArn = optionalText(request, 'roleArn')
  if (definition === null && roleArn === null && request.publish !== true) {
    throw new ApiError(
      'MissingRequiredParameter',
      'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
    )
  }
  const updated: MachineRecord = {
    ...record,
    updatedAtMs: service.options.clock.now(),
    definitionHash: definition === null ? record.definitionHash : keepDefinition(service, definition),
    roleArn: roleArn ?? record.roleArn,
    revisionId: randomUUID(),
  }
  const changed = updated.definitionHash !== record.definitionHash || updated.roleArn !== record.roleArn
  const current = changed ? updated : { ...record, updatedAtMs: updated.updatedAtMs }
  service.machines.put(current)
  const version =
    request.publish === true ? publish(service, current, optionalText(request, 'versionDescription')) : null
  return {
    updateDate: seconds(current.updatedAtMs),
    revisionId: current.revisionId,
    ...(version ? { stateMachineVersionArn: `${arn}:${version.number}` } : {}),
  }
}

/** Idempotent: open executions end at their next transition (see engine.ts). */
export function deleteStateMachine(service: Service, request: Request) {
  const { name } = readMachineArn(requiredText(request, 'stateMachineArn'))
  if (service.machines.get(name)) service.machines.remove(name)
  return {}
}

export function describeStateMachine(service: Service, request: Request) {
  const { record, version, arn } = find(service, request, 'stateMachineArn')
  return description(service, record, version, arn)
}

export function describeStateMachineForExecution(service: Service, request: Request) {
  const arn = requiredText(request, 'executionArn')
  const state = service.engine.find(readExecutionArn(arn))
  if (!state) throw new ApiError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`)
  const { identity } = state
  const record = service.machines.get(identity.machineName)
  return {
    stateMachineArn: identity.machineArn,
    name: identity.machineName,
    definition: service.machines.definition(identity.definitionHash),
    roleArn: identity.roleArn,
    updateDate: seconds(record?.updatedAtMs ?? state.startedAtMs),
    loggingConfiguration: { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: { enabled: false },
  }
}

export function listStateMachines(service: Service, request: Request) {
  const page = pageOf(service.machines.list(), request, 100, 1000)
  return {
    stateMachines: page.items.map((record) => ({
      stateMachineArn: machineArn(service.options, record.name),
      name: record.name,
      type: 'STANDARD',
      creationDate: seconds(record.createdAtMs),
    })),
    nextToken: page.nextToken,
  }
}

export function publishStateMachineVersion(service: Service, request: Request) {
  const { record, arn } = find(service, request, 'stateMachineArn')
  const wanted = optionalText(request, 'revisionId')
  if (wanted !== null && wanted !== record.revisionId) {
    throw new ApiError(
      'ConflictException',
      `Failed to publish the State Machine version for revision ${wanted}. The current State Machine revision is ${record.revisionId}.`,
    )
  }
  const version = publish(service, record, optionalText(request, 'description'))
  return { stateMachineVersionArn: `${arn}:${version.number}`, creationDate: seconds(version.createdAtMs) }
}

export function deleteStateMachineVersion(service: Service, request: Request) {
  const { name, version } = readMachineArn(requiredText(request, 'stateMachineVersionArn'))
  const record = service.machines.get(name)
  if (record) service.machines.put({ ...record, versions: record.versions.filter((one) => one.number !== version) })
  return {}
}

export function listStateMachineVersions(service: Service, request: Request) {
  const { record, arn } = find(service, request, 'stateMachineArn')
  const page = pageOf([...record.versions].reverse(), request, 100, 1000)
  return {
    stateMachineVersions: page.items.map((version) => ({
      stateMachineVersionArn: `${arn}:${version.number}`,
      creationDate: seconds(version.createdAtMs),
    })),
    nextToken: page.nextToken,
  }
}

/** One version per revision: publishing a revision again answers the version it has. */
function publish(service: Service, record: MachineRecord, text: string | null): MachineVersion {
  const present = record.versions.find((version) => version.revisionId === record.revisionId)
  if (present) return present
  const version: MachineVersion = {
    number: record.nextVersion,
    revisionId: record.revisionId,
    definitionHash: record.definitionHash,
    description: text,
    createdAtMs: service.options.clock.now(),
  }
  service.machines.put({ ...record, nextVersion: record.nextVersion + 1, versions: [...record.versions, version] })
  return version
}

function keepDefinition(service: Service, text: string): string {
  const hash = createHash('sha256').update(text).digest('hex')
  const diagnostics = checkDefinition(text)
  if (diagnostics.length > 0) {
    throw new ApiError('InvalidDefinition', `Invalid State Machine Definition: '${renderDiagnostics(diagnostics)}'`)
  }
  service.machines.putDefinition(hash, text)
  return hash
}

export interface FoundMachine {
  readonly record: MachineRecord
  readonly version: MachineVersion | null
  /** ARN of the machine, without a version. */
  readonly arn: string
}

export function find(service: Service, request: Request, field: string): FoundMachine {
  const given = requiredText(request, field)
  const { name, version: number } = readMachineArn(given)
  const record = service.machines.get(name)
  const version = number === null ? null : record?.versions.find((one) => one.number === number)
  if (!record || version === undefined)
    throw new ApiError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${given}'`)
  return { record, version, arn: machineArn(service.options, name) }
}

function description(service: Service, record: MachineRecord, version: MachineVersion | null, arn: string) {
  return {
    stateMachineArn: version ? `${arn}:${version.number}` : arn,
    name: record.name,
    status: 'ACTIVE',
    definition: service.machines.definition((version ?? record).definitionHash),
    roleArn: record.roleArn,
    type: 'STANDARD',
    creationDate: seconds((version ?? record).createdAtMs),
    loggingConfiguration: { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: { enabled: false },
    revisionId: (version ?? record).revisionId,
    ...(version?.description ? { description: version.description } : {}),
  }
}
