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

/** What a call rejects with, see port.ts. */
interface ServiceError {
  readonly name?: string
  readonly message?: string
  readonly service?: string
  readonly isModelled?: boolean
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string }
}

function errorPrefix(resource: TaskResource, service?: string): string {
  if (resource.kind === 'execution') return 'StepFunctions'
  if (resource.kind !== 'service') return 'Lambda'
  if (!resource.sdk) return optimizedPrefixes[resource.service] ?? capital(resource.service)
  return sdkPrefixes[resource.service] ?? service ?? capital(resource.service)
}

export function serviceFailure(resource: TaskResource, error: unknown): TaskOutcome {
  const { name = 'Unknown', message, service, isModelled, $metadata } = error as ServiceError // any Error has a name and a message
  if (name.startsWith('States.')) return { ok: false, error: name, cause: message ?? '' }
  const prefix = errorPrefix(resource, service)
  const exception = exceptionName(resource, prefix, { name, isModelled: isModelled ?? true })
  const requestId = $metadata?.requestId ?? randomUUID()
  const details = `Service: ${prefix}, Status Code: ${$metadata?.httpStatusCode ?? 400}, Request ID: ${requestId}`
  return { ok: false, error: `${prefix}.${exception}`, cause: `${message ?? exception} (${details})` }
}

/**
 * An error that the service's model does not name goes by the client's own exception (recorded: `DynamoDb.DynamoDbException`);
 * the client behind optimized integrations is an older one, and for SQS it knows no other name (recorded).
 */
function exceptionName(
  resource: TaskResource,
  prefix: string,
  { name, isModelled }: { readonly name: string; readonly isModelled: boolean },
): string {
  if (name === 'SdkClientException' || name === 'NotServedLocally') return name
  if (resource.kind === 'service' && !resource.sdk) {
    return resource.service === 'sqs' || !isModelled ? `Amazon${prefix}Exception` : name
  }
  if (!isModelled) return `${prefix}Exception`
  return takesSuffix(resource) && !name.endsWith('Exception') ? `${name}Exception` : name
}

const takesSuffix = (resource: TaskResource) =>
  resource.kind === 'execution' || (resource.kind === 'service' && resource.sdk)

/** What an in-flight call becomes when its world stops: the error AWS's own retriers list for a broken connection. */
export function interrupted(resource: TaskResource): TaskOutcome {
  const cause = 'The local world stopped while the call was in flight, so its outcome is not known.'
  return { ok: false, error: `${errorPrefix(resource)}.SdkClientException`, cause, interrupted: true }
}
