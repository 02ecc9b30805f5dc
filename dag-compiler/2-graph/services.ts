/**
 * The AWS services that state machines call in a form of their own ("optimized"), and in which patterns. Everything else
 * goes through `aws-sdk:<service>:<action>`. Source: "Integrating services with Step Functions" (November 2026).
 */
import type { ServiceDefinition } from '../1-define/dag-definition.ts'

export type ServicePattern = ServiceDefinition['pattern']

export interface ServiceFamily {
  readonly patterns: readonly ServicePattern[]
  /** What AWS puts in front of its error names. */
  readonly errors: string
  /** Errors of a call that was not accepted: asking again is harmless and costs no try. */
  readonly throttles: readonly string[]
  /** Ending of the resource in the pattern `sync`. */
  readonly sync?: '.sync' | '.sync:2'
}

const job = ['request_response', 'sync'] as const
const message = ['request_response', 'wait_for_task_token'] as const
const everything = ['request_response', 'sync', 'wait_for_task_token'] as const
const throttling = ['ThrottlingException', 'TooManyRequestsException']

const sageMaker = { patterns: job, errors: 'SageMaker', throttles: ['ThrottlingException'] }
const dynamoDb: ServiceFamily = {
  patterns: ['request_response'],
  errors: 'DynamoDB',
  throttles: ['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException'],
}

const optimized: Readonly<Record<string, ServiceFamily>> = {
  'athena:startQueryExecution': { patterns: job, errors: 'Athena', throttles: throttling },
  'batch:submitJob': { patterns: job, errors: 'Batch', throttles: throttling },
  'codebuild:startBuild': { patterns: job, errors: 'CodeBuild', throttles: throttling },
  'dynamodb:deleteItem': dynamoDb,
  'dynamodb:getItem': dynamoDb,
  'dynamodb:putItem': dynamoDb,
  'dynamodb:updateItem': dynamoDb,
  'ecs:runTask': { patterns: everything, errors: 'ECS', throttles: throttling },
  'emr-serverless:startJobRun': { patterns: job, errors: 'EMRServerless', throttles: throttling },
  'events:putEvents': { patterns: message, errors: 'EventBridge', throttles: throttling },
  'glue:startJobRun': {
    patterns: job,
    errors: 'Glue',
    throttles: ['ConcurrentRunsExceededException', 'ThrottlingException'],
  },
  'lambda:invoke': { patterns: message, errors: 'Lambda', throttles: ['TooManyRequestsException'] },
  'sagemaker:createHyperParameterTuningJob': sageMaker,
  'sagemaker:createLabelingJob': sageMaker,
  'sagemaker:createProcessingJob': sageMaker,
  'sagemaker:createTrainingJob': sageMaker,
  'sagemaker:createTransformJob': sageMaker,
  'sns:publish': { patterns: message, errors: 'SNS', throttles: ['ThrottledException', 'ThrottlingException'] },
  'sqs:sendMessage': { patterns: message, errors: 'SQS', throttles: ['RequestThrottled', 'ThrottlingException'] },
  'states:startExecution': {
    patterns: everything,
    errors: 'StepFunctions',
    throttles: ['ExecutionLimitExceeded', 'ThrottlingException'],
    sync: '.sync:2',
  },
}

/** `aws-sdk:<service>:<action>` as AWS writes both: a name of letters and digits, an action in camel case. */
const sdkCall = /^aws-sdk:[a-z][a-z0-9]*:[a-z][A-Za-z0-9]*$/

/** Null for a resource that Step Functions does not know. */
export function serviceFamily(resource: string): ServiceFamily | null {
  if (Object.hasOwn(optimized, resource)) return optimized[resource]!
  if (!sdkCall.test(resource)) return null
  const service = resource.split(':')[1]!
  return { patterns: message, errors: sdkPrefix(service), throttles: throttling }
}

/** AWS names SDK errors after the class of its Java client: the service's name with a capital; a few differ. */
const sdkPrefixes: Readonly<Record<string, string>> = { dynamodb: 'DynamoDb', emrserverless: 'EmrServerless' }
const sdkPrefix = (service: string): string =>
  sdkPrefixes[service] ?? `${service.slice(0, 1).toUpperCase()}${service.slice(1)}`

/** What stands behind the resource in a state. */
export function resourceEnding(family: ServiceFamily, pattern: ServicePattern): string {
  if (pattern === 'sync') return family.sync ?? '.sync'
  return pattern === 'wait_for_task_token' ? '.waitForTaskToken' : ''
}
