/**
 * Ships one DAG to the local world in the steps `cdk deploy` takes on AWS: the task Lambda's version, the state machine,
 * the manifest, the registration. Every step is idempotent, so a start repeats them all and changes nothing.
 */
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { CreateStateMachineCommand, type SFNClient, UpdateStateMachineCommand } from '@aws-sdk/client-sfn'
import type { CompiledDag } from '../../dag-compiler/index.ts'
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
  const definition = bindDefinition(compiled.definitionText, {
    TaskFunction: functionArn(place, version.name, version.version),
    Finalizer: functionArn(place, names.finalizer),
    Table: names.table,
  })
  const machine = await putStateMachine(deployment.stepFunctions, names.stateMachine(dagId), definition)
  const manifest = { bucket, key: await putManifest(deployment.s3, bundle.manifest) }
  await deployment.register({ kind: 'register', manifest, ...machine })
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
  }
}

/** Fills the placeholders as CloudFormation's `DefinitionSubstitutions` does. The values are safe inside JSON strings. */
function bindDefinition(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{([A-Za-z]+)\}/g, (placeholder, name: string) => values[name] ?? placeholder)
}

async function putStateMachine(stepFunctions: SFNClient, name: string, definition: string) {
  const stateMachineArn = `arn:aws:states:${place.region}:${place.accountId}:stateMachine:${name}`
  const roleArn = stateMachineRole
  const update = () => stepFunctions.send(new UpdateStateMachineCommand({ stateMachineArn, definition, roleArn }))
  const updated = await update().catch(async (error: Error) => {
    if (error.name !== 'StateMachineDoesNotExist') throw error
    await stepFunctions.send(new CreateStateMachineCommand({ name, definition, roleArn }))
    return null
  })
  return { stateMachineArn, stateMachineRevisionId: updated?.revisionId ?? null }
}

/** Named by its content: a deployment that is cut off never changes what another one reads. */
async function putManifest(s3: S3Client, manifest: DagManifest): Promise<string> {
  const Body = JSON.stringify(manifest)
  const Key = `deployments/${encodeURIComponent(manifest.dagId)}/${sha256(Body).slice(0, 16)}.json`
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType: 'application/json' }))
  return Key
}
