/**
 * What each platform function may do, and nothing else. No statement allows Scan, deletion of tables or buckets, or
 * starting an execution, except the launcher's.
 */
import { DefaultStackSynthesizer, type Stack } from 'aws-cdk-lib'
import type { PlatformFunction } from '../../lambdas/bundle/index.ts'
import { allow, tableReads, tableWrites } from './allow.ts'
import type { InstalledPlatform } from './installed-platform.ts'
import type { NodeFunction } from './node-function.ts'

const laterMachines = 'DAG stacks come after the platform; their machines and executions share this prefix'

export function grantPlatform(
  stack: Stack,
  installed: InstalledPlatform,
  functions: Readonly<Record<PlatformFunction, NodeFunction>>,
): void {
  const { launcher, finalizer, reconciler, registrar, api } = functions
  const machines = { on: [installed.stateMachineArn(`${installed.platform}-dag-*`)], wildcardBecause: laterMachines }
  const executions = {
    on: [stack.formatArn({ service: 'states', resource: `execution:${installed.platform}-dag-*` })],
    wildcardBecause: laterMachines,
  }
  const objects = (prefix: string, wildcardBecause: string) => ({
    on: [`${installed.bucketArn}/${prefix}/*`],
    wildcardBecause,
  })
  const manifests = objects('manifests', 'one object per deployed DAG version, named when a DAG is deployed')
  for (const { role } of [launcher, finalizer, reconciler, registrar, api]) {
    allow(role, {
      actions: [...tableReads, ...tableWrites],
      on: [installed.tableArn, `${installed.tableArn}/index/*`],
      wildcardBecause: 'all indexes of the one run table',
    })
    allow(role, { actions: ['s3:GetObject'], ...manifests })
  }
  // Gates, and tasks that hold their own: whoever ends a task may open one.
  for (const { role } of [finalizer, reconciler, api]) {
    allow(role, {
      actions: ['lambda:InvokeFunction'],
      on: [installed.functionArn(`${installed.platform}-task-*`)],
      wildcardBecause: 'DAG stacks come after the platform; their task functions and versions share this prefix',
    })
  }
  allow(launcher.role, { actions: ['states:StartExecution'], ...machines })
  allow(reconciler.role, { actions: ['states:DescribeExecution'], ...executions })
  // Gates, and tasks that wait for a run's end.
  for (const { role } of [finalizer, reconciler]) {
    allow(role, { actions: ['states:SendTaskSuccess', 'states:SendTaskFailure'], ...machines })
  }
  // Answers of people and of work that runs elsewhere.
  const answers = ['states:SendTaskSuccess', 'states:SendTaskFailure', 'states:SendTaskHeartbeat']
  allow(api.role, { actions: answers, ...machines })
  allow(registrar.role, { actions: ['states:PublishStateMachineVersion'], ...machines })
  allow(registrar.role, { actions: ['s3:PutObject'], ...manifests })
  allow(registrar.role, {
    actions: ['s3:GetObject'],
    on: [assetObjects(stack)],
    wildcardBecause: 'manifests come as CDK assets, named by the hash of their content',
  })
  allow(api.role, { actions: ['s3:GetObject'], ...objects('xcom', 'task results are named by run and task') })
  for (const { role } of [reconciler, registrar, api]) {
    allow(role, { actions: ['lambda:InvokeFunction'], on: [launcher.fn.functionArn] })
  }
}

/** JSON assets in the bucket that `cdk bootstrap` made. */
function assetObjects(stack: Stack): string {
  const qualifier = stack.synthesizer.bootstrapQualifier ?? DefaultStackSynthesizer.DEFAULT_QUALIFIER
  return `arn:${stack.partition}:s3:::cdk-${qualifier}-assets-${stack.account}-${stack.region}/*.json`
}
