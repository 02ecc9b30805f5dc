/** What a Task's `Resource` says: which integration, which action, which pattern. */
export type TaskResource =
  /** A function ARN as Resource: the state's input is the event, the function's answer the result. */
  | { readonly kind: 'function'; readonly arn: string; readonly callback: false }
  | { readonly kind: 'lambda'; readonly callback: boolean }
  | {
      readonly kind: 'service'
      readonly service: string
      readonly action: string
      readonly sdk: boolean
      readonly callback: boolean
    }

const functionArn = /^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/
const integration = /^arn:aws[\w-]*:states:[\w-]*:\d*:(aws-sdk:)?([a-z0-9]+):([A-Za-z0-9]+)(\.[A-Za-z:0-9]+)?$/

/** A sentence instead of a resource when this engine does not serve it. */
export function parseResource(resource: string): TaskResource | string {
  if (functionArn.test(resource)) return { kind: 'function', arn: resource, callback: false }
  const match = integration.exec(resource)
  if (!match) return `the resource "${resource}" is not a Lambda function ARN or arn:aws:states:::<service>:<action>`
  const [, sdk, service, action, pattern] = match
  if (pattern !== undefined && pattern !== '.waitForTaskToken') {
    return `the integration pattern "${pattern}" of "${resource}" is not served locally; request-response and .waitForTaskToken are`
  }
  const callback = pattern === '.waitForTaskToken'
  if (!sdk && service === 'lambda' && action === 'invoke') return { kind: 'lambda', callback }
  if (sdk) return { kind: 'service', service: service!, action: action!, sdk: true, callback }
  if (service === 'dynamodb' && optimizedDynamoDb.has(action!) && !callback) {
    return { kind: 'service', service: 'dynamodb', action: action!, sdk: false, callback: false }
  }
  return `"${resource}" is not served locally; lambda:invoke, dynamodb item calls and aws-sdk:<service>:<action> are`
}

/** The four calls of the optimized integration (AWS: "Call DynamoDB APIs with Step Functions"). */
const optimizedDynamoDb = new Set(['getItem', 'putItem', 'updateItem', 'deleteItem'])

/** `resource` and `resourceType` of Task… events. */
export function eventResource(resource: Exclude<TaskResource, { kind: 'function' }>): {
  resource: string
  resourceType: string
} {
  const suffix = resource.callback ? '.waitForTaskToken' : ''
  if (resource.kind === 'lambda') return { resource: `invoke${suffix}`, resourceType: 'lambda' }
  return {
    resource: `${resource.action}${suffix}`,
    resourceType: `${resource.sdk ? 'aws-sdk:' : ''}${resource.service}`,
  }
}
