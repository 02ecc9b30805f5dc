/** Finds what an ARN of a machine, a version or an alias names. */
import type { MachineAlias, MachineRecord, MachineVersion } from '../storage/machine-store.ts'
import { ApiError, type Request, requiredText } from './api-error.ts'
import { machineArn, readMachineArn } from './arns.ts'
import type { Service } from './service.ts'

export interface FoundMachine {
  readonly record: MachineRecord
  readonly version: MachineVersion | null
  readonly alias: MachineAlias | null
  /** ARN of the machine, without a version. */
  readonly arn: string
}

/** @throws ApiError `StateMachineDoesNotExist` */
export function find(service: Service, request: Request, field: string): FoundMachine {
  const given = requiredText(request, field)
  const reference = readMachineArn(given)
  const record = service.machines.get(reference.name)
  const version = reference.version === null ? null : record?.versions.find((one) => one.number === reference.version)
  const alias = reference.alias === null ? null : record?.aliases?.find((one) => one.name === reference.alias)
  if (!record || version === undefined || alias === undefined) throw missing(given)
  return { record, version, alias, arn: machineArn(service.options, reference.name) }
}

/** @throws ApiError as `find`, and `StateMachineDeleting` for a machine that only waits for its executions to end */
export function findLiving(service: Service, request: Request, field: string): FoundMachine {
  const found = find(service, request, field)
  if (found.record.deleting) throw deleting(found.arn)
  return found
}

/** Also of an ARN with a version or alias: operations that change the machine itself do not take those. */
export function findItself(service: Service, request: Request, field: string): FoundMachine {
  const found = findLiving(service, request, field)
  if (found.version || found.alias) throw missing(requiredText(request, field))
  return found
}

export const deleting = (arn: string) => new ApiError('StateMachineDeleting', `State Machine is deleting: '${arn}'`)

const missing = (arn: string) => new ApiError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`)
