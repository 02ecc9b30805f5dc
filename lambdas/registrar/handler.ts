/** Entry point of the registrar Lambda: CloudFormation's custom resource, or a direct call. */
import { createHash } from 'node:crypto'
import { Logger } from '@aws-lambda-powertools/logger'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { S3Client } from '@aws-sdk/client-s3'
import { SFNClient } from '@aws-sdk/client-sfn'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { z } from 'zod'
import type { LaunchRequest } from '../../run-model/index.ts'
import { createRunStore, s3Objects } from '../store/index.ts'
import { answerResource, isResourceEvent } from './cloudformation.ts'
import { parseRegisterRequest } from './parse-request.ts'
import type { RegistrarPorts } from './ports.ts'
import { type Registered, register, remove } from './register.ts'
import { sendAnswer } from './send-answer.ts'
import { sfnPublisher } from './sfn-publisher.ts'

const environment = z
  .object({ STEPDAG_TABLE: z.string(), STEPDAG_BUCKET: z.string(), STEPDAG_LAUNCHER: z.string().optional() })
  .parse(process.env)
const { STEPDAG_LAUNCHER: launcher } = environment
const logger = new Logger({ serviceName: 'stepdag-registrar' })
const s3 = new S3Client()
const lambda = new LambdaClient()

const ports: RegistrarPorts = {
  store: createRunStore({
    dynamodb: DynamoDBDocumentClient.from(new DynamoDBClient()),
    s3,
    table: environment.STEPDAG_TABLE,
    bucket: environment.STEPDAG_BUCKET,
  }),
  readObject: ({ bucket, key }) => s3Objects({ s3, bucket }).get(key),
  publishVersion: sfnPublisher(new SFNClient()),
  requestPlan,
  now: Date.now,
  sha256: (text) => createHash('sha256').update(text).digest('hex'),
  warn: (what, error) => logger.warn(what, { cause: error }),
}

export async function handler(event: unknown): Promise<Registered | undefined> {
  if (isResourceEvent(event)) {
    await answerResource(ports, event, sendAnswer)
    return undefined
  }
  const request = parseRegisterRequest(event)
  if (request.kind === 'register') return register(ports, request)
  await remove(ports, request.dagId)
  return undefined
}

/** Does not wait for the plan. Losing the call is harmless: the next plan does its work. */
async function requestPlan(dagId: string): Promise<void> {
  if (launcher === undefined) return
  const Payload = JSON.stringify({ kind: 'plan', dagId } satisfies LaunchRequest)
  await lambda.send(new InvokeCommand({ FunctionName: launcher, InvocationType: 'Event', Payload }))
}
