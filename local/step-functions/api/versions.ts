/** Versions of a machine: a revision under a number that never changes. */
import type { MachineRecord, MachineVersion } from '../storage/machine-store.ts'
import { ApiError, optionalText, pageOf, type Request, requiredText, seconds } from './api-error.ts'
import { readMachineArn } from './arns.ts'
import { findItself } from './find-machine.ts'
import type { Service } from './service.ts'

/** AWS's quota. */
const mostVersions = 1000

export function publishStateMachineVersion(service: Service, request: Request) {
  const { record, arn } = findItself(service, request, 'stateMachineArn')
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

/** Idempotent. */
export function deleteStateMachineVersion(service: Service, request: Request) {
  const { name, version } = readMachineArn(requiredText(request, 'stateMachineVersionArn'))
  if (version === null) throw new ApiError('ValidationException', 'The ARN of a state machine version is expected')
  const record = service.machines.get(name)
  if (!record) return {}
  const using = (record.aliases ?? []).filter(({ routes }) => routes.some((route) => route.version === version))
  if (using.length > 0) {
    const names = using.map((alias) => alias.name).join(', ')
    throw new ApiError(
      'ConflictException',
      `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${names}]`,
    )
  }
  service.machines.put({ ...record, versions: record.versions.filter((one) => one.number !== version) })
  return {}
}

/** Newest first. */
export function listStateMachineVersions(service: Service, request: Request) {
  const { record, arn } = findItself(service, request, 'stateMachineArn')
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
export function publish(service: Service, record: MachineRecord, text: string | null): MachineVersion {
  const present = record.versions.findLast((version) => version.revisionId === record.revisionId)
  if (present && record.versions.at(-1) === present) return present
  if (record.versions.length >= mostVersions) {
    throw new ApiError('ServiceQuotaExceededException', `A state machine has at most ${mostVersions} versions`)
  }
  const version: MachineVersion = {
    number: record.nextVersion,
    revisionId: record.revisionId,
    definitionHash: record.definitionHash,
    description: text,
    createdAtMs: service.options.clock.now(),
    roleArn: record.roleArn,
  }
  service.machines.put({ ...record, nextVersion: record.nextVersion + 1, versions: [...record.versions, version] })
  return version
}
