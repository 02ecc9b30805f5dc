/**
 * The API on AWS: API Gateway HTTP API (payload version 2.0) → the app. Who may call is decided before, by the IAM or
 * JWT authorizer of every route; there is no token route here.
 */
import { Logger } from '@aws-lambda-powertools/logger'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { S3Client } from '@aws-sdk/client-s3'
import { SFNClient } from '@aws-sdk/client-sfn'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda'
import { z } from 'zod'
import type { LaunchAnswer, LaunchRequest } from '../../run-model/index.ts'
import { heartbeatThrough, releaseThrough, wakeThrough } from '../arrival/index.ts'
import { createRunStore } from '../store/index.ts'
import { createApp } from './app.ts'
import { authorizedUser } from './authorized-user.ts'
import { escapePath } from './escape-path.ts'
import { stepdagVersion } from './version.ts'

const environment = z
  .object({ STEPDAG_TABLE: z.string(), STEPDAG_BUCKET: z.string(), STEPDAG_LAUNCHER: z.string() })
  .parse(process.env)

const logger = new Logger({ serviceName: 'stepdag-api' })
const lambda = new LambdaClient({})
const stepFunctions = new SFNClient({})

/** Waits for the launcher's answer; an error in it is an error here, and the caller gets 500. */
async function launch(request: LaunchRequest): Promise<LaunchAnswer> {
  const invocation = new InvokeCommand({ FunctionName: environment.STEPDAG_LAUNCHER, Payload: JSON.stringify(request) })
  const { FunctionError, Payload } = await lambda.send(invocation)
  const text = Payload?.transformToString() ?? ''
  if (FunctionError !== undefined) throw new Error(`the launcher failed: ${text}`)
  // The launcher of the same deployment wrote it: both read and write `LaunchAnswer`.
  return JSON.parse(text) as LaunchAnswer
}

const notMeasured = { status: null }

const app = createApp({
  store: createRunStore({
    dynamodb: DynamoDBDocumentClient.from(new DynamoDBClient({})),
    s3: new S3Client({}),
    table: environment.STEPDAG_TABLE,
    bucket: environment.STEPDAG_BUCKET,
  }),
  launch,
  tokens: { release: releaseThrough(stepFunctions), heartbeat: heartbeatThrough(stepFunctions) },
  wake: wakeThrough(lambda),
  userOf: authorizedUser,
  now: () => new Date(),
  version: stepdagVersion,
  // EventBridge Scheduler and Step Functions have no heartbeat that could be asked; their alarms are in CloudWatch.
  health: async () => ({
    scheduler: { ...notMeasured, latest_scheduler_heartbeat: null },
    triggerer: { ...notMeasured, latest_triggerer_heartbeat: null },
    dag_processor: { ...notMeasured, latest_dag_processor_heartbeat: null },
  }),
  report: (reference, error) => logger.error(`request failed, reference ${reference}`, { cause: error }),
})

const answer = handle(app)

export const handler = (event: LambdaEvent, context?: LambdaContext) => answer(escapePath(event), context)
