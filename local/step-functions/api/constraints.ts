/**
 * What AWS checks of a request before it looks at anything else: members that must be there, lengths, patterns and value sets.
 * Source: the public service model of Step Functions (2016-11-23); wording: answers recorded on AWS.
 */
import { ApiError, type Request } from './api-error.ts'

interface Rule {
  readonly min?: number
  readonly max?: number
  readonly pattern?: RegExp
  readonly values?: readonly string[]
  /** AWS leaves such a value out of its message. */
  readonly isSecret?: true
}

const arn: Rule = { min: 1, max: 256 }
const longArn: Rule = { min: 1, max: 2000 }
const payload: Rule = { max: 262_144, isSecret: true }
const description: Rule = { max: 256, isSecret: true }

/** By member: the same one has the same rule in every operation, but for the exceptions below. */
const rules: Readonly<Record<string, Rule>> = {
  activityArn: arn,
  cause: { max: 32_768, isSecret: true },
  clientToken: { min: 1, max: 64, pattern: /^[!-~]+$/ },
  context: payload,
  definition: { min: 1, max: 1_048_576, isSecret: true },
  description,
  error: { max: 256, isSecret: true },
  executionArn: arn,
  includedData: { values: ['ALL_DATA', 'METADATA_ONLY'] },
  input: payload,
  inspectionLevel: { values: ['INFO', 'DEBUG', 'TRACE'] },
  mapRunArn: longArn,
  maxConcurrency: { min: 0 },
  maxResults: { min: 0, max: 1000 },
  name: { min: 1, max: 80 },
  nextToken: { min: 1, max: 3096 },
  output: payload,
  redriveFilter: { values: ['REDRIVEN', 'NOT_REDRIVEN'] },
  resourceArn: arn,
  roleArn: arn,
  severity: { values: ['ERROR', 'WARNING'] },
  stateMachineAliasArn: arn,
  stateMachineArn: arn,
  stateMachineVersionArn: longArn,
  stateName: { min: 1, max: 80, isSecret: true },
  statusFilter: { values: ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'] },
  taskToken: { min: 1, max: 2048 },
  toleratedFailureCount: { min: 0 },
  toleratedFailurePercentage: { min: 0, max: 100 },
  traceHeader: { max: 256 },
  type: { values: ['STANDARD', 'EXPRESS'] },
  variables: payload,
  versionDescription: description,
  workerName: { min: 1, max: 80 },
}

/** Shown as AWS shows it: a Java pattern. */
const aliasName = String.raw`^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$`

const exceptions: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  CreateStateMachineAlias: { name: { min: 1, max: 80, pattern: new RegExp(aliasName) } },
  ValidateStateMachineDefinition: { maxResults: { min: 0, max: 100 } },
}

const required: Readonly<Record<string, readonly string[]>> = {
  CreateActivity: ['name'],
  CreateStateMachine: ['name', 'definition', 'roleArn'],
  CreateStateMachineAlias: ['name', 'routingConfiguration'],
  DeleteActivity: ['activityArn'],
  DeleteStateMachine: ['stateMachineArn'],
  DeleteStateMachineAlias: ['stateMachineAliasArn'],
  DeleteStateMachineVersion: ['stateMachineVersionArn'],
  DescribeActivity: ['activityArn'],
  DescribeExecution: ['executionArn'],
  DescribeMapRun: ['mapRunArn'],
  DescribeStateMachine: ['stateMachineArn'],
  DescribeStateMachineAlias: ['stateMachineAliasArn'],
  DescribeStateMachineForExecution: ['executionArn'],
  GetActivityTask: ['activityArn'],
  GetExecutionHistory: ['executionArn'],
  ListMapRuns: ['executionArn'],
  ListStateMachineAliases: ['stateMachineArn'],
  ListStateMachineVersions: ['stateMachineArn'],
  ListTagsForResource: ['resourceArn'],
  PublishStateMachineVersion: ['stateMachineArn'],
  RedriveExecution: ['executionArn'],
  SendTaskFailure: ['taskToken'],
  SendTaskHeartbeat: ['taskToken'],
  SendTaskSuccess: ['taskToken', 'output'],
  StartExecution: ['stateMachineArn'],
  StartSyncExecution: ['stateMachineArn'],
  StopExecution: ['executionArn'],
  TagResource: ['resourceArn', 'tags'],
  TestState: ['definition'],
  UntagResource: ['resourceArn', 'tagKeys'],
  UpdateMapRun: ['mapRunArn'],
  UpdateStateMachine: ['stateMachineArn'],
  UpdateStateMachineAlias: ['stateMachineAliasArn'],
  ValidateStateMachineDefinition: ['definition'],
}

/** @throws ApiError `ValidationException` that names every member at fault */
export function checkRequest(operation: string, request: Request): void {
  const missing = (required[operation] ?? []).filter(
    (member) => request[member] === undefined || request[member] === null,
  )
  const faults = [
    ...missing.map((member) => `Value at '${member}' failed to satisfy constraint: Member must not be null`),
    ...Object.keys(request).flatMap((member) => faultOf(operation, member, request[member])),
  ]
  if (faults.length === 0) return
  const count = faults.length === 1 ? '1 validation error' : `${faults.length} validation errors`
  throw new ApiError('ValidationException', `${count} detected: ${faults.join('; ')}`)
}

function faultOf(operation: string, member: string, value: unknown): string[] {
  const rule = exceptions[operation]?.[member] ?? rules[member]
  if (!rule || (typeof value !== 'string' && typeof value !== 'number')) return []
  const constraint = typeof value === 'string' ? textConstraint(value, rule) : numberConstraint(value, rule)
  if (constraint === null) return []
  const shown = rule.isSecret ? '' : ` '${value}'`
  return [`Value${shown} at '${member}' failed to satisfy constraint: Member must ${constraint}`]
}

function textConstraint(
  value: string,
  { min = 0, max = Number.POSITIVE_INFINITY, pattern, values }: Rule,
): string | null {
  if (values) return values.includes(value) ? null : `satisfy enum value set: [${values.join(', ')}]`
  if (value.length > max) return `have length less than or equal to ${max}`
  if (value.length < min) return `have length greater than or equal to ${min}`
  return !pattern || pattern.test(value) ? null : `satisfy regular expression pattern: ${pattern.source}`
}

function numberConstraint(value: number, { min = 0, max = Number.POSITIVE_INFINITY }: Rule): string | null {
  if (value > max) return `have value less than or equal to ${max}`
  return value < min ? `have value greater than or equal to ${min}` : null
}
