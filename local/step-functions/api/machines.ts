/** Create, update, delete, describe and list state machines. */
import { createHash, randomUUID } from 'node:crypto'
import { checkDefinition, renderDiagnostics } from '../definition/check-definition.ts'
import type { Json } from '../definition/machine.ts'
import { variableReferences } from '../definition/variable-references.ts'
import type { MachineRecord, MachineVersion } from '../storage/machine-store.ts'
import { ApiError, checkName, optionalText, pageOf, type Request, requiredText, seconds } from './api-error.ts'
import { checkRoleArn, machineArn, readExecutionArn, readMachineArn } from './arns.ts'
import { deleting, find, findItself } from './find-machine.ts'
import type { Service } from './service.ts'
import { readTags } from './tags.ts'
import { publish } from './versions.ts'

/** A machine that was never updated is at this revision, and its description shows none. */
const firstRevision = 'INITIAL'

export function createStateMachine(service: Service, request: Request) {
  const name = requiredText(request, 'name')
  checkName(name)
  const roleArn = requiredText(request, 'roleArn')
  checkRoleArn(roleArn)
  checkVersionDescription(request)
  const type = request.type === 'EXPRESS' ? ({ type: 'EXPRESS' } as const) : {}
  const tags = readTags(request.tags)
  const definitionHash = keepDefinition(service, requiredText(request, 'definition'), type.type ?? 'STANDARD')
  const stateMachineArn = machineArn(service.options, name)
  const present = service.machines.get(name)
  if (present?.deleting) throw deleting(stateMachineArn)
  // AWS compares definition, type and configuration; another role and other tags are ignored.
  if (present && (present.definitionHash !== definitionHash || present.type !== type.type)) {
    throw new ApiError('StateMachineAlreadyExists', `State Machine Already Exists: '${stateMachineArn}'`)
  }
  const nowMs = service.options.clock.now()
  const created: MachineRecord = present ?? {
    name,
    roleArn,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    revisionId: firstRevision,
    definitionHash,
    nextVersion: 1,
    versions: [],
    ...type,
    ...(Object.keys(tags).length === 0 ? {} : { tags }),
    ...configurationOf(request),
  }
  if (!present) service.machines.put(created)
  const version = publishIfAsked(service, created, request)
  return {
    stateMachineArn,
    creationDate: seconds(created.createdAtMs),
    ...(version ? { stateMachineVersionArn: `${stateMachineArn}:${version.number}` } : {}),
  }
}

export function updateStateMachine(service: Service, request: Request) {
  const { record, arn } = findItself(service, request, 'stateMachineArn')
  checkVersionDescription(request)
  const definition = optionalText(request, 'definition')
  const roleArn = optionalText(request, 'roleArn')
  if (roleArn !== null) checkRoleArn(roleArn)
  const { configuration } = configurationOf(request)
  if (definition === null && roleArn === null && !configuration && request.publish !== true) {
    throw new ApiError(
      'MissingRequiredParameter',
      'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
    )
  }
  const updated: MachineRecord = {
    ...record,
    updatedAtMs: service.options.clock.now(),
    definitionHash:
      definition === null ? record.definitionHash : keepDefinition(service, definition, record.type ?? 'STANDARD'),
    roleArn: roleArn ?? record.roleArn,
    ...(configuration ? { configuration: { ...record.configuration, ...configuration } } : {}),
    revisionId: randomUUID(),
  }
  const changed =
    updated.definitionHash !== record.definitionHash || updated.roleArn !== record.roleArn || configuration
  const current = changed ? updated : { ...record, updatedAtMs: updated.updatedAtMs }
  service.machines.put(current)
  const version = publishIfAsked(service, current, request)
  return {
    updateDate: seconds(current.updatedAtMs),
    ...revisionOf(current),
    ...(version ? { stateMachineVersionArn: `${arn}:${version.number}` } : {}),
  }
}

function checkVersionDescription(request: Request): void {
  if (request.publish === true || optionalText(request, 'versionDescription') === null) return
  throw new ApiError('ValidationException', 'Version description can only be set when publish is true')
}

function publishIfAsked(service: Service, record: MachineRecord, request: Request): MachineVersion | null {
  return request.publish === true ? publish(service, record, optionalText(request, 'versionDescription')) : null
}

/** Versions and aliases go with the machine. Idempotent; open executions end at their next transition (see work.ts). */
export function deleteStateMachine(service: Service, request: Request) {
  const { name, version, alias } = readMachineArn(requiredText(request, 'stateMachineArn'))
  if (version !== null || alias !== null) {
    throw new ApiError('ValidationException', 'The ARN of a state machine is expected, without a version or an alias')
  }
  const record = service.machines.get(name)
  if (!record) return {}
  const isBusy = service.engine.isBusy(name) || service.express?.isBusy(name)
  if (isBusy) service.machines.put({ ...record, deleting: true })
  else service.machines.remove(name)
  return {}
}

export function describeStateMachine(service: Service, request: Request) {
  const { record, version, alias, arn } = find(service, request, 'stateMachineArn')
  const routed = alias ? record.versions.find(({ number }) => number === alias.routes[0]!.version)! : version
  const at = routed ?? record
  const withData = request.includedData !== 'METADATA_ONLY'
  return {
    stateMachineArn: routed ? `${arn}:${routed.number}` : arn,
    name: record.name,
    status: record.deleting ? 'DELETING' : 'ACTIVE',
    ...(withData ? definitionOf(service, at.definitionHash) : {}),
    roleArn: at.roleArn ?? record.roleArn,
    type: record.type ?? 'STANDARD',
    creationDate: seconds(at.createdAtMs),
    ...shownConfiguration(record),
    ...revisionOf(at),
    ...(routed?.description ? { description: routed.description } : {}),
  }
}

export function describeStateMachineForExecution(service: Service, request: Request) {
  const arn = requiredText(request, 'executionArn')
  const state = service.engine.find(readExecutionArn(arn))
  if (!state) throw new ApiError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`)
  const { identity } = state
  const [machineName = '', label] = identity.machineName.split('/')
  const record = service.machines.get(machineName)
  const withData = request.includedData !== 'METADATA_ONLY'
  return {
    stateMachineArn: identity.machineArn,
    name: identity.machineName,
    ...(withData ? definitionOf(service, identity.definitionHash) : {}),
    roleArn: identity.roleArn,
    updateDate: seconds(record?.updatedAtMs ?? state.startedAtMs),
    ...shownConfiguration(record),
    ...(identity.mapRunArn === undefined ? {} : { mapRunArn: identity.mapRunArn, label }),
  }
}

export function listStateMachines(service: Service, request: Request) {
  const page = pageOf(service.machines.list(), request, 100, 1000)
  return {
    stateMachines: page.items.map((record) => ({
      stateMachineArn: machineArn(service.options, record.name),
      name: record.name,
      type: record.type ?? 'STANDARD',
      creationDate: seconds(record.createdAtMs),
    })),
    nextToken: page.nextToken,
  }
}

function definitionOf(service: Service, hash: string) {
  const definition = service.machines.definition(hash)
  const references = variableReferences(JSON.parse(definition) as Json) // checked when it was stored
  return { definition, ...(Object.keys(references).length === 0 ? {} : { variableReferences: references }) }
}

const revisionOf = ({ revisionId }: { readonly revisionId: string }) =>
  revisionId === firstRevision ? {} : { revisionId }

const configurable = ['loggingConfiguration', 'tracingConfiguration', 'encryptionConfiguration']

function configurationOf(request: Request): Pick<MachineRecord, 'configuration'> {
  const given = configurable.filter((name) => request[name] !== undefined && request[name] !== null)
  return given.length === 0 ? {} : { configuration: Object.fromEntries(given.map((name) => [name, request[name]])) }
}

function shownConfiguration(record: MachineRecord | undefined) {
  return {
    loggingConfiguration: { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: { enabled: false },
    encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
    ...record?.configuration,
  }
}

function keepDefinition(service: Service, text: string, type: 'STANDARD' | 'EXPRESS'): string {
  const hash = createHash('sha256').update(text).digest('hex')
  const faults = checkDefinition(text, type).filter(({ severity }) => severity === 'ERROR')
  if (faults.length > 0) {
    throw new ApiError('InvalidDefinition', `Invalid State Machine Definition: '${renderDiagnostics(faults)}'`)
  }
  service.machines.putDefinition(hash, text)
  return hash
}
