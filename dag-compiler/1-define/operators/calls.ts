/** Operators for single calls of AWS: done when AWS has answered, or when the token they passed on comes back. */
import type { JsonValue } from '../../../run-model/index.ts'
import type { Operator } from './operator.ts'
import {
  type MessagePattern,
  type ServiceArgs,
  type ServiceInput,
  type ServiceOptions,
  serviceOperator,
} from './service.ts'

type Call<TReturn> = Operator<Record<never, never>, TReturn>
type CallResult = { readonly [name: string]: JsonValue }

const call = (name: string, resource: string) =>
  ({ name, usual: 'request_response', resource: () => resource }) as const

/** Calls a Lambda function that is not part of this project; the result of the task is what it returns. */
export function lambdaInvoke<TReturn = CallResult>(
  options: ServiceOptions<ServiceArgs & { readonly FunctionName: ServiceInput }, MessagePattern>,
): Call<TReturn> {
  return serviceOperator(call('lambdaInvoke', 'lambda:invoke'), options)
}

export function snsPublish<TReturn = CallResult>(
  options: ServiceOptions<ServiceArgs & { readonly Message: ServiceInput }, MessagePattern>,
): Call<TReturn> {
  return serviceOperator(call('snsPublish', 'sns:publish'), options)
}

export function sqsSend<TReturn = CallResult>(
  options: ServiceOptions<
    ServiceArgs & { readonly QueueUrl: ServiceInput; readonly MessageBody: ServiceInput },
    MessagePattern
  >,
): Call<TReturn> {
  return serviceOperator(call('sqsSend', 'sqs:sendMessage'), options)
}

export function eventBridgePut<TReturn = CallResult>(
  options: ServiceOptions<ServiceArgs & { readonly Entries: ServiceInput }, MessagePattern>,
): Call<TReturn> {
  return serviceOperator(call('eventBridgePut', 'events:putEvents'), options)
}

const ofItems = ['getItem', 'putItem', 'updateItem', 'deleteItem']

/** One item goes the short way; everything else, and waiting for a token, through the SDK integration. */
export function dynamodb<TReturn = CallResult>(
  options: ServiceOptions<ServiceArgs, MessagePattern> & { readonly action: string },
): Call<TReturn> {
  const kind = { name: 'dynamodb', usual: 'request_response', takes: 'action' } as const
  const isShort = (action: string, pattern: string) => ofItems.includes(action) && pattern === 'request_response'
  return serviceOperator(
    { ...kind, resource: ({ action, pattern }) => `${isShort(action, pattern) ? '' : 'aws-sdk:'}dynamodb:${action}` },
    options,
  )
}

export function s3<TReturn = CallResult>(
  options: ServiceOptions<ServiceArgs, MessagePattern> & { readonly action: string },
): Call<TReturn> {
  const kind = { name: 's3', usual: 'request_response', takes: 'action' } as const
  return serviceOperator({ ...kind, resource: ({ action }) => `aws-sdk:s3:${action}` }, options)
}

/**
 * Any action of any AWS service that the SDK integration knows, as AWS writes them: `service` in small letters, `action` in
 * camel case, arguments in Pascal case.
 *
 * @example awsSdk({ service: 'ssm', action: 'getParameter', args: { Name: '/etl/region' } })
 */
export function awsSdk<TReturn = CallResult>(
  options: ServiceOptions<ServiceArgs, MessagePattern> & { readonly service: string; readonly action: string },
): Call<TReturn> {
  const kind = { name: 'awsSdk', usual: 'request_response', takes: 'service and action' } as const
  return serviceOperator({ ...kind, resource: ({ service, action }) => `aws-sdk:${service}:${action}` }, options)
}
