/** Aliases: names for one version, or for two that share the starts by weight. */
import type { MachineAlias, MachineRecord, MachineVersion } from '../storage/machine-store.ts'
import { ApiError, optionalText, pageOf, type Request, requiredText, seconds } from './api-error.ts'
import { machineArn, readMachineArn } from './arns.ts'
import { findLiving } from './find-machine.ts'
import type { Service } from './service.ts'

/** AWS's quota. */
const mostAliases = 100

type Route = MachineAlias['routes'][number]

export function createStateMachineAlias(service: Service, request: Request) {
  const name = requiredText(request, 'name')
  const { record, routes } = readRoutes(service, request.routingConfiguration)
  const description = optionalText(request, 'description')
  const nowMs = service.options.clock.now()
  const present = record.aliases?.find((alias) => alias.name === name)
  const created = present ?? { name, description, routes, createdAtMs: nowMs, updatedAtMs: nowMs }
  if (present && !isSame(present, { routes, description })) {
    throw new ApiError(
      'ConflictException',
      'Failed to create alias because an alias with the same name and a different routing configuration already exists.',
    )
  }
  if (!present) {
    if ((record.aliases?.length ?? 0) >= mostAliases)
      throw new ApiError('ServiceQuotaExceededException', `A state machine has at most ${mostAliases} aliases`)
    service.machines.put({ ...record, aliases: [...(record.aliases ?? []), created] })
  }
  return { stateMachineAliasArn: aliasArn(service, record, name), creationDate: seconds(created.createdAtMs) }
}

function isSame(one: MachineAlias, other: Pick<MachineAlias, 'routes' | 'description'>): boolean {
  return one.description === other.description && JSON.stringify(one.routes) === JSON.stringify(other.routes)
}

export function updateStateMachineAlias(service: Service, request: Request) {
  const { record, alias } = findAlias(service, request)
  const description = optionalText(request, 'description')
  if (description === null && request.routingConfiguration === undefined) {
    throw new ApiError('ValidationException', 'Either the description or the routing configuration must be specified')
  }
  const updated: MachineAlias = {
    ...alias,
    ...(description === null ? {} : { description }),
    ...(request.routingConfiguration === undefined ? {} : routesOf(service, record, request.routingConfiguration)),
    updatedAtMs: service.options.clock.now(),
  }
  const aliases = (record.aliases ?? []).map((one) => (one.name === alias.name ? updated : one))
  service.machines.put({ ...record, aliases })
  return { updateDate: seconds(updated.updatedAtMs) }
}

function routesOf(service: Service, record: MachineRecord, given: unknown): Pick<MachineAlias, 'routes'> {
  const found = readRoutes(service, given)
  if (found.record.name === record.name) return { routes: found.routes }
  throw new ApiError(
    'ValidationException',
    'Routing configuration must reference versions of the state machine of the alias',
  )
}

/** Idempotent. */
export function deleteStateMachineAlias(service: Service, request: Request) {
  const { name, alias } = readMachineArn(requiredText(request, 'stateMachineAliasArn'))
  if (alias === null) throw new ApiError('InvalidArn', 'Invalid Arn: the ARN of a state machine alias is expected')
  const record = service.machines.get(name)
  if (record) service.machines.put({ ...record, aliases: (record.aliases ?? []).filter((one) => one.name !== alias) })
  return {}
}

export function describeStateMachineAlias(service: Service, request: Request) {
  const { record, alias } = findAlias(service, request)
  return {
    stateMachineAliasArn: aliasArn(service, record, alias.name),
    name: alias.name,
    ...(alias.description === null ? {} : { description: alias.description }),
    routingConfiguration: alias.routes.map(({ version, weight }) => ({
      stateMachineVersionArn: `${machineArn(service.options, record.name)}:${version}`,
      weight,
    })),
    creationDate: seconds(alias.createdAtMs),
    updateDate: seconds(alias.updatedAtMs),
  }
}

/** Of a machine, or with the ARN of a version those that lead to it. Oldest first. */
export function listStateMachineAliases(service: Service, request: Request) {
  const { record, version } = findLiving(service, request, 'stateMachineArn')
  const leadThere = (alias: MachineAlias) => !version || alias.routes.some((route) => route.version === version.number)
  const page = pageOf((record.aliases ?? []).filter(leadThere), request, 100, 1000)
  return {
    stateMachineAliases: page.items.map((alias) => ({
      stateMachineAliasArn: aliasArn(service, record, alias.name),
      creationDate: seconds(alias.createdAtMs),
    })),
    nextToken: page.nextToken,
  }
}

/** @param random [0, 1): a start falls on a version with the probability of its weight */
export function routeOf(record: MachineRecord, { routes }: MachineAlias, random: () => number): MachineVersion {
  const [first, second] = routes
  const number = second && random() * 100 >= first!.weight ? second.version : first!.version
  return record.versions.find((version) => version.number === number)! // a version with an alias cannot be deleted
}

export const aliasArn = (service: Service, record: MachineRecord, name: string) =>
  `${machineArn(service.options, record.name)}:${name}`

function findAlias(service: Service, request: Request) {
  const { name, alias: aliasName } = readMachineArn(requiredText(request, 'stateMachineAliasArn'))
  const record = service.machines.get(name)
  const alias = record?.aliases?.find((one) => one.name === aliasName)
  if (!record || !alias) throw new ApiError('ResourceNotFound', 'Request references a resource that does not exist.')
  return { record, alias }
}

/** @throws ApiError in the order and the words of AWS (recorded) */
function readRoutes(
  service: Service,
  given: unknown,
): { readonly record: MachineRecord; readonly routes: readonly Route[] } {
  const items = Array.isArray(given) ? given.map((item) => Object(item) as Record<string, unknown>) : []
  checkShape(items)
  const arns = items.map(({ stateMachineVersionArn }) => String(stateMachineVersionArn))
  const references = arns.map((arn) => readMachineArn(arn))
  if (references.some(({ version }) => version === null))
    throw invalid(`Routing configuration must contain state machine version ARNs. Received: [${arns.join(', ')}]`)
  if (new Set(arns).size < arns.length)
    throw invalid(
      `Routing configuration must contain distinct state machine version ARNs. Received: [${arns.join(', ')}]`,
    )
  const weights = items.map(({ weight }) => Number(weight))
  if (weights.reduce((sum, weight) => sum + weight, 0) !== 100)
    throw invalid(`Sum of routing configuration weights must equal 100. Received: [${weights.join(', ')}]`)
  if (new Set(references.map(({ name }) => name)).size > 1)
    throw invalid(`Routing configuration must contain versions of one state machine. Received: [${arns.join(', ')}]`)
  const found = arns.map((arn) => findLiving(service, { arn }, 'arn'))
  return {
    record: found[0]!.record,
    routes: found.map(({ version }, index) => ({ version: version!.number, weight: weights[index]! })),
  }
}

function checkShape(items: readonly Record<string, unknown>[]): void {
  const constraint = (what: string, where: string, must: string) =>
    invalid(
      `1 validation error detected: Value '${what}' at '${where}' failed to satisfy constraint: Member must ${must}`,
    )
  if (items.length < 1) throw constraint('[]', 'routingConfiguration', 'have length greater than or equal to 1')
  if (items.length > 2) {
    const shown = items.map(
      ({ stateMachineVersionArn, weight }) =>
        `RoutingConfigurationListItem(stateMachineVersionArn=${stateMachineVersionArn}, weight=${weight})`,
    )
    throw constraint(`[${shown.join(', ')}]`, 'routingConfiguration', 'have length less than or equal to 2')
  }
  for (const [index, { weight }] of items.entries()) {
    if (Number(weight) > 100)
      throw constraint(
        String(weight),
        `routingConfiguration.${index + 1}.member.weight`,
        'have value less than or equal to 100',
      )
  }
}

const invalid = (message: string) => new ApiError('ValidationException', message)
