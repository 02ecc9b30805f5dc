/** Error names of service calls: `DynamoDb.ConditionalCheckFailedException` for aws-sdk, `DynamoDB.…` for optimized (recorded). */
import { randomUUID } from 'node:crypto'
import type { TaskResource } from '../definition/resource.ts'
import type { TaskOutcome } from '../execution/entry.ts'

/** Names AWS writes in another way than with one capital. */
const sdkPrefixes: Readonly<Record<string, string>> = {
  dynamodb: 'DynamoDb',
  eventbridge: 'EventBridge',
  secretsmanager: 'SecretsManager',
  stepfunctions: 'Sfn',
}

const capital = (service: string) => `${service[0]!.toUpperCase()}${service.slice(1)}`

const optimizedPrefixes: Readonly<Record<string, string>> = {
  apigateway: 'ApiGateway',
  codebuild: 'CodeBuild',
  dynamodb: 'DynamoDB',
  ecs: 'ECS',
  eks: 'EKS',
  events: 'EventBridge',
  sns: 'SNS',
  sqs: 'SQS',
}

function errorPrefix(resource: TaskResource): string {
  if (resource.kind === 'execution') return 'StepFunctions'
  if (resource.kind !== 'service') return 'Lambda'
  if (!resource.sdk) return optimizedPrefixes[resource.service] ?? capital(resource.service)
  return sdkPrefixes[resource.service] ?? capital(resource.service)
}

export function serviceFailure(resource: TaskResource, error: unknown): TaskOutcome {
  const { name, message, $metadata } = error as {
    name?: string
    message?: string
    $metadata?: { httpStatusCode?: number }
  } // SDK exceptions
  if (name === 'States.TaskFailed') return { ok: false, error: name, cause: message ?? '' }
  const prefix = errorPrefix(resource)
  const base = name ?? 'Unknown'
  const suffix = takesSuffix(resource) && !base.endsWith('Exception') ? 'Exception' : ''
  const status = $metadata?.httpStatusCode ?? 400
  return {
    ok: false,
    error: `${prefix}.${base}${suffix}`,
    cause: `${message ?? base} (Service: ${prefix}, Status Code: ${status}, Request ID: ${randomUUID()})`,
  }
}

const takesSuffix = (resource: TaskResource) =>
  resource.kind === 'execution' || (resource.kind === 'service' && resource.sdk)

/** What an in-flight call becomes when its world stops: the error AWS's own retriers list for a broken connection. */
export function interrupted(resource: TaskResource): TaskOutcome {
  const cause = 'The local world stopped while the call was in flight, so its outcome is not known.'
  return { ok: false, error: `${errorPrefix(resource)}.SdkClientException`, cause, interrupted: true }
}
