/** ARNs of machines, versions and executions. */
import type { ExecutionKey } from '../storage/execution-logs.ts'
import { ApiError } from './api-error.ts'

export interface Account {
  readonly region: string
  readonly accountId: string
}

const base = ({ region, accountId }: Account) => `arn:aws:states:${region}:${accountId}`

export const machineArn = (account: Account, name: string) => `${base(account)}:stateMachine:${name}`
export const executionArn = (account: Account, machine: string, name: string) =>
  `${base(account)}:execution:${machine}:${name}`

export interface MachineReference {
  readonly name: string
  /** Null: the machine itself, at its newest revision. */
  readonly version: number | null
}

export function readMachineArn(arn: string): MachineReference {
  const match = /^arn:aws[\w-]*:states:[\w-]+:\d{12}:stateMachine:([^:]+)(?::([^:]+))?$/.exec(arn)
  if (!match) throw new ApiError('InvalidArn', `Invalid Arn: '${arn}'`)
  const version = match[2]
  if (version !== undefined && !/^\d+$/.test(version)) {
    throw new ApiError(
      'InvalidArn',
      `Invalid Arn: '${arn}' names an alias; aliases are not served locally, versions are`,
    )
  }
  return { name: match[1]!, version: version === undefined ? null : Number(version) }
}

export function readExecutionArn(arn: string): ExecutionKey {
  const match = /^arn:aws[\w-]*:states:[\w-]+:\d{12}:execution:([^:]+):([^:]+)$/.exec(arn)
  if (!match) throw new ApiError('InvalidArn', `Invalid Arn: '${arn}'`)
  return { machineName: match[1]!, executionName: match[2]! }
}
