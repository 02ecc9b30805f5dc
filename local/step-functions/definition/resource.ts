/** What a Task's `Resource` says: which integration, which action, which pattern. */
export type TaskResource =
  /** A function ARN as Resource: the state's input is the event, the function's answer the result. */
  | { readonly kind: 'function'; readonly arn: string; readonly callback: false }
  | { readonly kind: 'lambda'; readonly callback: boolean }
  /** `states:startExecution`; with `waits` (`.sync`, `.sync:2`) the task lasts as long as the execution it starts. */
  | {
      readonly kind: 'execution'
      readonly pattern: ExecutionPattern
      readonly callback: boolean
      readonly waits: boolean
    }
  | {
      readonly kind: 'service'
      readonly service: string
      readonly action: string
      readonly sdk: boolean
      readonly callback: boolean
    }

type ExecutionPattern = '' | '.sync' | '.sync:2' | '.waitForTaskToken'

const functionArn = /^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/
const integration = /^arn:aws[\w-]*:states:[\w-]*:\d*:(aws-sdk:)?([a-z0-9]+):([A-Za-z0-9]+)(\.[A-Za-z:0-9]+)?$/

/** A sentence instead of a resource when this engine does not serve it. */
export function parseResource(resource: string): TaskResource | string {
  if (functionArn.test(resource)) return { kind: 'function', arn: resource, callback: false }
  const match = integration.exec(resource)
  if (!match) return `the resource "${resource}" is not a Lambda function ARN or arn:aws:states:::<service>:<action>`
  const [, sdk, service, action, pattern] = match
  if (!sdk && service === 'states' && action === 'startExecution') return execution(resource, pattern ?? '')
  if (pattern !== undefined && pattern !== '.waitForTaskToken') {
    return `the integration pattern "${pattern}" of "${resource}" is not served locally; request-response, .waitForTaskToken and states:startExecution.sync:2 are`
  }
  const callback = pattern === '.waitForTaskToken'
  if (!sdk && service === 'lambda' && action === 'invoke') return { kind: 'lambda', callback }
  const named = { kind: 'service', service: service!, action: action!, sdk: sdk !== undefined, callback } as const
  if (sdk) return named
  const patterns = optimized[`${service}:${action}`]
  if (patterns && (!callback || patterns === 'token')) return named
  return `"${resource}" is not served locally; lambda:invoke, states:startExecution, ${Object.keys(optimized).join(', ')} and aws-sdk:<service>:<action> are`
}

function execution(resource: string, pattern: string): TaskResource | string {
  switch (pattern) {
    case '':
    case '.sync':
    case '.sync:2':
    case '.waitForTaskToken':
      return {
        kind: 'execution',
        pattern,
        callback: pattern === '.waitForTaskToken',
        waits: pattern === '.sync' || pattern === '.sync:2',
      }
  }
  return `the integration pattern "${pattern}" of "${resource}" does not exist; .sync, .sync:2 and .waitForTaskToken do`
}

/** Optimized integrations besides Lambda and Step Functions, and whether they take a task token (AWS: "Integrating optimized services"). */
const optimized: Readonly<Record<string, 'token' | 'request'>> = {
  'dynamodb:getItem': 'request',
  'dynamodb:putItem': 'request',
  'dynamodb:updateItem': 'request',
  'dynamodb:deleteItem': 'request',
  'events:putEvents': 'token',
  'sns:publish': 'token',
  'sqs:sendMessage': 'token',
}

/** `resource` and `resourceType` of Task… events. */
export function eventResource(resource: Exclude<TaskResource, { kind: 'function' }>): {
  resource: string
  resourceType: string
} {
  if (resource.kind === 'execution') return { resource: `startExecution${resource.pattern}`, resourceType: 'states' }
  const suffix = resource.callback ? '.waitForTaskToken' : ''
  if (resource.kind === 'lambda') return { resource: `invoke${suffix}`, resourceType: 'lambda' }
  return {
    resource: `${resource.action}${suffix}`,
    resourceType: `${resource.sdk ? 'aws-sdk:' : ''}${resource.service}`,
  }
}
