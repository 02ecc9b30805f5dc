/**
 * Tasks that hold their own gates: whoever opens a gate invokes the task's function with an event, and a crash of such a call
 * is told to the machine by the reconciler (decision 0147). Everything is named, not referenced: the function's role
 * may call the function without a circle in the stack.
 */
import { RemovalPolicy } from 'aws-cdk-lib'
import { CfnEventInvokeConfig } from 'aws-cdk-lib/aws-lambda'
import { allow } from './allow.ts'
import type { NodeFunction } from './node-function.ts'

export interface WokenTasks {
  /** ARN of the task function, without a version. */
  readonly functionArn: string
  readonly reconcilerArn: string
  /** ARNs of the DAG's machines. */
  readonly machines: readonly string[]
}

/** An event that Lambda could not deliver for so long is given up: by then its state has called anew (`rearmSeconds`). */
const longestEventAgeSeconds = 3600

export function wokenTasks(tasks: NodeFunction, { functionArn, reconcilerArn, machines }: WokenTasks): void {
  allow(tasks.role, {
    actions: ['lambda:InvokeFunction'],
    on: [`${functionArn}:*`],
    wildcardBecause: 'any version of its own function: a gate wakes the version that the execution started with',
  })
  // Lambda sends failed events on with the function's own rights.
  allow(tasks.role, { actions: ['lambda:InvokeFunction'], on: [reconcilerArn] })
  allow(tasks.role, { actions: ['states:SendTaskFailure', 'states:SendTaskHeartbeat'], on: machines })
  const { currentVersion: version } = tasks.fn
  const config = new CfnEventInvokeConfig(tasks, 'WakeUps', {
    functionName: tasks.fn.functionName,
    qualifier: version.version,
    // Retries are the machine's: it alone knows how many the task has left.
    maximumRetryAttempts: 0,
    maximumEventAgeInSeconds: longestEventAgeSeconds,
    destinationConfig: { onFailure: { destination: reconcilerArn } },
  })
  // Each version keeps its own, as it keeps its code: running executions go on calling it.
  config.applyRemovalPolicy(RemovalPolicy.RETAIN)
  // Lambda refuses a destination that the role may not call.
  config.node.addDependency(tasks.role)
}
