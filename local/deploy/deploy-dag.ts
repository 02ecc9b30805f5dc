/**
 * Ships one DAG to the local world in the steps `cdk deploy` takes on AWS: the task Lambda's version, the state machine,
 * the manifest, the registration. Every step is idempotent, so a start repeats them all and changes nothing.
 */
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { CreateStateMachineCommand, type SFNClient, UpdateStateMachineCommand } from '@aws-sdk/client-sfn'
import { type CompiledDag, childMachineName, childPlaceholder, deploymentOrder } from '../../dag-compiler/index.ts'
import type { TaskBundle } from '../../lambdas/bundle/index.ts'
import type { DagManifest, RegisterRequest } from '../../run-model/index.ts'
import { type FunctionVersion, functionArn } from '../lambda/function-version.ts'
import type { LambdaService } from '../lambda/lambda-service.ts'
import { bucket, functionVersionOf, names, place, sha256, stateMachineRole } from '../settings.ts'

export interface Deployment {
  readonly lambda: LambdaService
  readonly s3: S3Client
  readonly stepFunctions: SFNClient
  readonly environment: FunctionVersion['environment']
  /** Calls the registrar; rejects when it fails. */
  readonly register: (request: RegisterRequest) => Promise<void>
}

/** @throws Error when a step fails; the version before stays the current one. */
export async function deployDag(
  deployment: Deployment,
  { compiled, bundle }: { readonly compiled: CompiledDag; readonly bundle: TaskBundle },
): Promise<void> {
  const { dagId } = compiled
  const version = taskFunction(dagId, bundle, deployment.environment)
  deployment.lambda.put(version, { current: true })
  const platform = {
    TaskFunction: functionArn(place, version.name, version.version),
    Finalizer: functionArn(place, names.finalizer),
    Table: names.table,
  }
  const values = await deployChildren(deployment.stepFunctions, compiled, platform)
  const definition = bindDefinition(compiled.definitionText, values)
  const { stateMachineArn, stateMachineRevisionId } = await putStateMachine(
    deployment.stepFunctions,
    names.stateMachine(dagId),
    definition,
  )
  const manifest = { bucket, key: await putManifest(deployment.s3, bundle.manifest) }
  await deployment.register({ kind: 'register', manifest, stateMachineArn, stateMachineRevisionId })
}

/** The function of a DAG's tasks, by the code that a version is. */
export function taskFunction(
  dagId: string,
  bundle: { readonly directory: string; readonly codeHash: string },
  environment: FunctionVersion['environment'],
): FunctionVersion {
  return {
    name: names.taskFunction(dagId),
    version: functionVersionOf(bundle.codeHash),
    directory: bundle.directory,
    environment,
    pool: 'task',
    // A state waits for what such an event was to do, and its own retriers decide (decision 0147).
    events: { maximumRetryAttempts: 0, onFailure: names.reconciler },
  }
}

/** Fills the placeholders as CloudFormation's `DefinitionSubstitutions` does. The values are safe inside JSON strings. */
function bindDefinition(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{([A-Za-z]+\d*)\}/g, (placeholder, name: string) => values[name] ?? placeholder)
}

/** @returns the placeholders with those of the child machines: ARNs of versions, so that running parents keep theirs */
async function deployChildren(
  stepFunctions: SFNClient,
  { dagId, children = [] }: CompiledDag,
  platform: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const values: Record<string, string> = { ...platform }
  for (const position of deploymentOrder(children)) {
    const name = childMachineName(names.stateMachine(dagId), position)
    const definition = bindDefinition(children[position]!.definitionText, values)
    const { stateMachineVersionArn } = await putStateMachine(stepFunctions, name, definition, 'publish')
    if (!stateMachineVersionArn) throw new Error(`publishing ${name} answered no version`)
    values[childPlaceholder(position)] = stateMachineVersionArn
  }
  return values
}

/** @param publishing the DAG's own machine is published by the registrar; the same revision is always the same version */
async function putStateMachine(
  stepFunctions: SFNClient,
  name: string,
  definition: string,
  publishing: 'publish' | 'only_put' = 'only_put',
) {
  const stateMachineArn = `arn:aws:states:${place.region}:${place.accountId}:stateMachine:${name}`
  const machine = { definition, roleArn: stateMachineRole, publish: publishing === 'publish' }
  try {
    const updated = await stepFunctions.send(new UpdateStateMachineCommand({ stateMachineArn, ...machine }))
    const { revisionId = null, stateMachineVersionArn } = updated
    return { stateMachineArn, stateMachineRevisionId: revisionId, stateMachineVersionArn }
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'StateMachineDoesNotExist') throw error
    const { stateMachineVersionArn } = await stepFunctions.send(new CreateStateMachineCommand({ name, ...machine }))
    return { stateMachineArn, stateMachineRevisionId: null, stateMachineVersionArn }
  }
}

/** Named by its content: a deployment that is cut off never changes what another one reads. */
async function putManifest(s3: S3Client, manifest: DagManifest): Promise<string> {
  const Body = JSON.stringify(manifest)
  const Key = `deployments/${encodeURIComponent(manifest.dagId)}/${sha256(Body).slice(0, 16)}.json`
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType: 'application/json' }))
  return Key
}
