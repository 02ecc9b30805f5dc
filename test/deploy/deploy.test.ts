/**
 * `cdk bootstrap`, `cdk deploy`, a run of each DAG, its history, `cdk destroy`, on an AWS emulator. What is deployed is
 * what the repository ships: the platform and two DAG stacks.
 */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { DeleteBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createActionCaller } from '../../local/aws-sdk/call-action.ts'
import { realClock } from '../../local/clock.ts'
import { startStepFunctions } from '../../local/step-functions/index.ts'
import type { LambdaOutcome, StepFunctionsServer } from '../../local/step-functions/port.ts'
import { cdk } from './cdk.ts'
import { type DeployedApi, deployedApi } from './deployed-api.ts'
import { type Emulator, freePort, howToGetTheEmulator, startEmulator } from './emulator.ts'
import { type Front, startFront } from './step-functions-front.ts'

const python = process.env.STEPDAG_EMULATOR_PYTHON
const stacks = ['StepdagPlatform', 'StepdagDag-hello', 'StepdagDag-orders-daily']
const withGates = ':stepdag-dag-orders_daily'

let emulator: Emulator
let engine: StepFunctionsServer
let front: Front
let api: DeployedApi
let outDir: string

beforeAll(async () => {
  if (!python) throw new Error(howToGetTheEmulator)
  outDir = mkdtempSync(join(tmpdir(), 'stepdag-cdk-out-'))
  const frontPort = await freePort()
  emulator = await startEmulator(python, await freePort(), `http://127.0.0.1:${frontPort}`)
  engine = await startEngine(emulator)
  front = await startFront({
    port: frontPort,
    emulator: emulator.endpoint,
    ours: engine.endpoint,
    isOurs: (arn) => arn.includes(withGates),
  })
  await cdk(emulator.environment, outDir, 'bootstrap', 'aws://000000000000/us-east-1')
  await allowPlainHttp('cdk-hnb659fds-assets-000000000000-us-east-1')
  await cdk(emulator.environment, outDir, 'deploy', 'StepdagPlatform', '--require-approval', 'never')
  await allowPlainHttp('stepdag-objects-000000000000-us-east-1')
  await cdk(emulator.environment, outDir, 'deploy', ...stacks, '--require-approval', 'never')
  api = deployedApi(emulator, await output('ApiUrl'))
})

afterAll(async () => {
  await front?.close()
  await engine?.close()
  await emulator?.close()
})

describe('a deployed installation', () => {
  test('lists its DAGs to a caller with credentials and to nobody else', async () => {
    const { dags } = await api.get<{ dags: { dag_id: string }[] }>('/dags')
    expect(dags.map((dag) => dag.dag_id)).toEqual(['hello', 'orders_daily'])
    expect(await api.withoutCredentials('/dags')).toBe(403)
  })

  test('runs a triggered DAG to a recorded success', async () => {
    const run = await triggered('hello')
    expect(await states('hello', run)).toEqual({ start: 'success', middle: 'success', end: 'success' })
  })

  test('runs the deployed definition of a DAG with gates to a recorded success', async () => {
    const run = await triggered('orders_daily')
    expect(new Set(Object.values(await states('orders_daily', run)))).toEqual(new Set(['success']))
  })

  test('makes one run of a schedule tick that is delivered twice', async () => {
    const tick = { kind: 'tick', dagId: 'orders_daily', scheduledTime: new Date().toISOString() }
    await Promise.all([invokeLauncher(tick), invokeLauncher(tick)])
    const { dag_runs: runs } = await api.get<{ dag_runs: { run_type: string; logical_date: string }[] }>(
      '/dags/orders_daily/dagRuns',
    )
    const scheduled = runs.filter((run) => run.run_type === 'scheduled').map((run) => run.logical_date)
    expect(scheduled.length).toBeGreaterThan(0)
    expect(new Set(scheduled).size).toBe(scheduled.length)
  })

  test('is not changed by deploying the same code again', async () => {
    const printed = await cdk(
      emulator.environment,
      outDir,
      'deploy',
      'StepdagDag-hello',
      '--exclusively',
      '--require-approval',
      'never',
    )
    const { dag_versions: versions } = await api.get<{ dag_versions: unknown[] }>('/dags/hello/dagVersions')
    expect(versions).toHaveLength(1)
    expect(printed).toContain('no changes')
  })

  test('keeps the history of a DAG whose stack is destroyed, and removes everything with the platform', async () => {
    await cdk(emulator.environment, outDir, 'destroy', 'StepdagDag-hello', '--exclusively', '--force')
    expect(await api.get<{ is_stale: boolean }>('/dags/hello')).toMatchObject({ is_stale: true })
    expect((await api.get<{ dag_runs: unknown[] }>('/dags/hello/dagRuns')).dag_runs).not.toEqual([])
    await cdk(emulator.environment, outDir, 'destroy', ...stacks, '--force')
    expect(await deployedStacks()).toEqual([])
  })
})

async function triggered(dagId: string): Promise<string> {
  const { dag_run_id: runId } = await api.post<{ dag_run_id: string }>(`/dags/${dagId}/dagRuns`, { logical_date: null })
  const state = await ended(dagId, runId)
  expect(state).toBe('success')
  return runId
}

async function ended(dagId: string, runId: string): Promise<string> {
  for (let attempt = 0; attempt < 400; attempt++) {
    const { state } = await api.get<{ state: string }>(`/dags/${dagId}/dagRuns/${encodeURIComponent(runId)}`)
    if (state === 'success' || state === 'failed') return state
    await pause(250)
  }
  return 'still open after 100 s'
}

async function states(dagId: string, runId: string): Promise<Record<string, string>> {
  const path = `/dags/${dagId}/dagRuns/${encodeURIComponent(runId)}/taskInstances`
  const { task_instances: instances } = await api.get<{ task_instances: { task_id: string; state: string }[] }>(path)
  return Object.fromEntries(instances.map((instance) => [instance.task_id, instance.state]))
}

function client<T>(make: new (options: object) => T): T {
  return new make({
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
}

/** The emulator has no TLS, and both buckets refuse anything else: their policy is nothing but that refusal. */
async function allowPlainHttp(bucket: string): Promise<void> {
  await client(S3Client).send(new DeleteBucketPolicyCommand({ Bucket: bucket }))
}

async function invokeLauncher(request: object): Promise<void> {
  await client(LambdaClient).send(
    new InvokeCommand({ FunctionName: 'stepdag-launcher', Payload: JSON.stringify(request) }),
  )
}

async function output(key: string): Promise<string> {
  const { Stacks } = await client(CloudFormationClient).send(
    new DescribeStacksCommand({ StackName: 'StepdagPlatform' }),
  )
  return Stacks![0]!.Outputs!.find(({ OutputKey }) => OutputKey === key)!.OutputValue!
}

async function deployedStacks(): Promise<string[]> {
  const { Stacks } = await client(CloudFormationClient).send(new DescribeStacksCommand({}))
  return (Stacks ?? [])
    .filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE')
    .map(({ StackName }) => StackName!)
    .filter((name) => stacks.includes(name))
}

/** Our Step Functions, with Lambda and DynamoDB at the emulator. */
async function startEngine(at: Emulator): Promise<StepFunctionsServer> {
  const lambda = client(LambdaClient)
  const actions = createActionCaller({
    endpointOf: () => at.endpoint,
    refusal: String,
    region: 'us-east-1',
    projectDir: import.meta.dirname,
  })
  return startStepFunctions({
    clock: realClock,
    dataDir: null,
    region: 'us-east-1',
    accountId: '000000000000',
    invokeLambda: async (functionArn, payload): Promise<LambdaOutcome> => {
      const answer = await lambda.send(new InvokeCommand({ FunctionName: functionArn, Payload: payload }))
      const text = Buffer.from(answer.Payload ?? []).toString('utf8')
      if (!answer.FunctionError) return { ok: true, payload: text }
      const { errorType } = JSON.parse(text) as { errorType?: string } // shape of a Lambda function error
      return { ok: false, error: errorType ?? 'Lambda.Unknown', cause: text }
    },
    callService: actions.call,
  })
}
