/** ARNs of machines, versions, aliases, executions and activities. */
import type { ExecutionKey } from '../storage/execution-logs.ts'
import { ApiError } from './api-error.ts'

export interface Account {
  readonly region: string
  readonly accountId: string
}

const base = ({ region, accountId }: Account) => `arn:aws:states:${region}:${accountId}`

export const machineArn = (account: Account, name: string) => `${base(account)}:stateMachine:${name}`
export const activityArn = (account: Account, name: string) => `${base(account)}:activity:${name}`
export const executionArn = (account: Account, machine: string, name: string) =>
  `${base(account)}:execution:${machine}:${name}`
/** Executions of EXPRESS machines have an id of their own beside the name, so a name may be used again. */
export const expressArn = (account: Account, machine: string, name: string, id: string) =>
  `${base(account)}:express:${machine}:${name}:${id}`

export interface MachineReference {
  readonly name: string
  readonly version: number | null
  /** With neither: the machine itself, at its newest revision. */
  readonly alias: string | null
}

export function readMachineArn(arn: string): MachineReference {
  const match = /^arn:aws[\w-]*:states:[\w-]+:\d{12}:stateMachine:([^:]+)(?::([^:]+))?$/.exec(arn)
  if (!match) throw invalid(arn)
  const [, name = '', qualifier] = match
  if (qualifier === undefined) return { name, version: null, alias: null }
  // An alias cannot consist of digits alone, so the two cannot be confused.
  return /^\d+$/.test(qualifier)
    ? { name, version: Number(qualifier), alias: null }
    : { name, version: null, alias: qualifier }
}

export function readExecutionArn(arn: string): ExecutionKey {
  const match = /^arn:aws[\w-]*:states:[\w-]+:\d{12}:execution:([^:]+):([^:]+)$/.exec(arn)
  if (!match) throw invalid(arn)
  return { machineName: match[1]!, executionName: match[2]! }
}

/** @returns the activity's name */
export function readActivityArn(arn: string): string {
  const name = /^arn:aws[\w-]*:states:[\w-]+:\d{12}:activity:([^:]+)$/.exec(arn)?.[1]
  if (name === undefined) throw invalid(arn)
  return name
}

/** @throws ApiError when it cannot be a role's ARN; whether the role exists is not looked at */
export function checkRoleArn(arn: string): void {
  if (!/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/.test(arn)) throw new ApiError('InvalidArn', `Invalid Role Arn: '${arn}'`)
}

function invalid(arn: string): ApiError {
  const [prefix, , , , , type = ''] = arn.split(':')
  const why = prefix === 'arn' ? `Resource type not valid in this context: ${type}` : `Invalid ARN prefix: ${arn}`
  return new ApiError('InvalidArn', `Invalid Arn: '${why}'`)
}
