/** What a Task's `Resource` says: which integration, which action, which pattern. */
import { refuseOptimized } from './optimized.ts'

export type TaskResource =
  /** A function ARN as Resource: the state's input is the event, the function's answer the result. */
  | { readonly kind: 'function'; readonly arn: string; readonly callback: false }
  /** Work that a worker asks for with GetActivityTask; it answers by token. */
  | { readonly kind: 'activity'; readonly arn: string; readonly callback: true }
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
      /** `.sync`: the task lasts as long as the job that it starts. */
      readonly waits: boolean
    }

type ExecutionPattern = '' | '.sync' | '.sync:2' | '.waitForTaskToken'

const functionArn = /^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/
const activityArn = /^arn:aws[\w-]*:states:[\w-]+:\d{12}:activity:[^:]+$/
const integration = /^arn:aws[\w-]*:states:[\w-]*:\d*:(aws-sdk:)?([a-z0-9-]+):([A-Za-z0-9]+)(\.[A-Za-z:0-9]+)?$/

/** A sentence instead of a resource when this engine does not serve it. */
export function parseResource(resource: string): TaskResource | string {
  if (functionArn.test(resource)) return { kind: 'function', arn: resource, callback: false }
  if (activityArn.test(resource)) return { kind: 'activity', arn: resource, callback: true }
  const match = integration.exec(resource)
  if (!match) return `the resource "${resource}" is not a Lambda function ARN or arn:aws:states:::<service>:<action>`
  const [, sdk, service, action, pattern] = match
  if (!sdk && service === 'states' && action === 'startExecution') return execution(resource, pattern ?? '')
  const callback = pattern === '.waitForTaskToken'
  if (!sdk && service === 'lambda' && action === 'invoke' && (callback || !pattern)) return { kind: 'lambda', callback }
  const refusal = sdk ? refusePattern(resource, pattern) : refuseOptimized(service!, action!, pattern ?? '')
  if (refusal !== null) return refusal
  const waits = pattern === '.sync'
  return { kind: 'service', service: service!, action: action!, sdk: sdk !== undefined, callback, waits }
}

/** AWS: an SDK integration never waits for a job. */
function refusePattern(resource: string, pattern: string | undefined): string | null {
  if (pattern === undefined || pattern === '.waitForTaskToken') return null
  return `"${resource}" has no pattern "${pattern}"; SDK integrations have request-response and .waitForTaskToken`
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

/** `resource` and `resourceType` of Task… events. */
export function eventResource(resource: Exclude<TaskResource, { kind: 'function' | 'activity' }>): {
  resource: string
  resourceType: string
} {
  if (resource.kind === 'execution') return { resource: `startExecution${resource.pattern}`, resourceType: 'states' }
  const suffix = resource.callback ? '.waitForTaskToken' : resource.kind === 'service' && resource.waits ? '.sync' : ''
  if (resource.kind === 'lambda') return { resource: `invoke${suffix}`, resourceType: 'lambda' }
  return {
    resource: `${resource.action}${suffix}`,
    resourceType: `${resource.sdk ? 'aws-sdk:' : ''}${resource.service}`,
  }
}
