/** The SDK side of launcher, reconciler, registrar and store, against the local Step Functions and the local S3. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { S3Client } from '@aws-sdk/client-s3'
import {
  CreateStateMachineCommand,
  SFNClient,
  StopExecutionCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sfnStarter } from '../../lambdas/launcher/sfn-starter.ts'
import { sfnDescriptions } from '../../lambdas/reconciler/sfn-descriptions.ts'
import { sfnPublisher } from '../../lambdas/registrar/sfn-publisher.ts'
import { createRunStore, s3Objects } from '../../lambdas/store/index.ts'
import { realClock } from '../../local/clock.ts'
import { serveS3 } from '../../local/s3/endpoint.ts'
import { type StepFunctionsServer, startStepFunctions } from '../../local/step-functions/index.ts'
import { executionArn } from '../../run-model/index.ts'
import { startDynalite } from '../support/dynalite.ts'
import { instant, queuedRun } from '../support/runs.ts'

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
const region = 'us-east-1'
const machineArn = (name: string) => `arn:aws:states:us-east-1:000000000000:stateMachine:${name}`

/** Waits for a day, so that an execution runs until a test stops it. */
const definition = (comment: string) =>
  JSON.stringify({
    Comment: comment,
    QueryLanguage: 'JSONata',
    StartAt: 'wait',
    States: { wait: { Type: 'Wait', Seconds: 86_400, End: true } },
  })

describe('Step Functions', () => {
  let server: StepFunctionsServer
  let sfn: SFNClient
  const roleArn = 'arn:aws:iam::000000000000:role/any'
  beforeAll(async () => {
    server = await startStepFunctions({
      clock: realClock,
      dataDir: null,
      region,
      accountId: '000000000000',
      invokeLambda: async () => ({ ok: true, payload: '{}' }),
      callService: async () => ({}),
    })
    sfn = new SFNClient({ endpoint: server.endpoint, region, credentials })
  })
  afterAll(async () => {
    sfn.destroy()
    await server.close()
  })
  const create = (name: string) =>
    sfn.send(new CreateStateMachineCommand({ name, definition: definition('1'), roleArn }))

  test('one revision is one version; another revision is refused or published as it is', async () => {
    await create('published')
    const publish = sfnPublisher(sfn)
    const stateMachineArn = machineArn('published')
    const first = await publish({ stateMachineArn, revisionId: null })
    expect(first).toBe(`${stateMachineArn}:1`)
    expect(await publish({ stateMachineArn, revisionId: null })).toBe(first)
    const { revisionId } = await sfn.send(
      new UpdateStateMachineCommand({ stateMachineArn, definition: definition('2') }),
    )
    expect(await publish({ stateMachineArn, revisionId: 'another' })).toBe('other_revision')
    expect(await publish({ stateMachineArn, revisionId: revisionId! })).toBe(`${stateMachineArn}:2`)
    expect(await publish({ stateMachineArn: machineArn('nowhere'), revisionId: null })).toBe('no_machine')
  })

  test('a start is idempotent by name and input, under the ARN that follows from both', async () => {
    await create('started')
    const stateMachineVersionArn = String(
      await sfnPublisher(sfn)({ stateMachineArn: machineArn('started'), revisionId: null }),
    )
    const starter = sfnStarter(sfn)
    const describeExecution = sfnDescriptions(sfn)
    const arn = executionArn(stateMachineVersionArn, 'one')
    expect(await describeExecution(arn)).toBeNull()
    const execution = { stateMachineVersionArn, name: 'one', input: { '^run': { dagId: 'd', runId: 'r' } } }
    expect(await starter.start(execution)).toBe('started')
    expect(await starter.start(execution)).toBe('started')
    const other = { ...execution, input: { '^run': { dagId: 'd', runId: 'other' } } }
    expect(await starter.start(other)).toBe('name_taken')
    const input = JSON.stringify(execution.input)
    expect(await describeExecution(arn)).toEqual({ status: 'RUNNING', input, stoppedAtMs: null })
    await sfn.send(new StopExecutionCommand({ executionArn: arn }))
    expect(await describeExecution(arn)).toMatchObject({ status: 'ABORTED', input, stoppedAtMs: expect.any(Number) })
    expect(await starter.start(execution)).toBe('name_taken')
    const nowhere = { ...execution, stateMachineVersionArn: `${machineArn('nowhere')}:1` }
    expect(await starter.start(nowhere)).toBe('no_machine')
  })
})

describe('S3', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stepdag-objects-'))
  let close = async () => {}
  let s3: S3Client
  beforeAll(async () => {
    const server = await serveS3(folder, ['bucket'])
    close = () => server.close()
    s3 = new S3Client({ endpoint: server.url, region, credentials })
  })
  afterAll(async () => {
    s3.destroy()
    await close()
    rmSync(folder, { recursive: true })
  })

  test('texts come back as they went in; what is not there is null', async () => {
    const objects = s3Objects({ s3, bucket: 'bucket' })
    const text = 'ä\r\n'.repeat(30_000)
    await objects.put('xcom/a b/%23/ü', text)
    expect(await objects.get('xcom/a b/%23/ü')).toBe(text)
    await objects.delete('xcom/a b/%23/ü')
    await objects.delete('xcom/a b/%23/ü')
    expect(await objects.get('xcom/a b/%23/ü')).toBeNull()
  })

  test('a bucket that does not exist is a StoreError that names it', async () => {
    await expect(s3Objects({ s3, bucket: 'nowhere' }).get('x')).rejects.toThrow(
      /object x in bucket nowhere.*NoSuchBucket/,
    )
  })

  test('a long XCom goes through the bucket and back', async () => {
    const dynalite = await startDynalite()
    const store = createRunStore({ dynamodb: dynalite.client, table: dynalite.table, s3, bucket: 'bucket' })
    const entry = { taskId: 'a', mapIndex: -1, key: 'a/b?#', value: 'x'.repeat(100_000), timestamp: instant }
    await store.putXCom(queuedRun(), entry)
    expect(await store.getXCom(queuedRun(), 'a', 'a/b?#')).toEqual(entry)
    await dynalite.close()
  })
})
