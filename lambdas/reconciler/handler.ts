/** Entry point of the reconciler Lambda: Step Functions status events, failed events of tasks, and the periodic sweep. */
import { Logger } from '@aws-lambda-powertools/logger'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { S3Client } from '@aws-sdk/client-s3'
import { SFNClient } from '@aws-sdk/client-sfn'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { z } from 'zod'
import type { LaunchRequest } from '../../run-model/index.ts'
import { releaseThrough, wakeThrough } from '../arrival/index.ts'
import { createRunStore } from '../store/index.ts'
import { parseReconcileRequest } from './parse-event.ts'
import type { ReconcilerPorts } from './ports.ts'
import { reconcile } from './reconcile.ts'
import { sfnDescriptions } from './sfn-descriptions.ts'

const environment = z
  .object({ STEPDAG_TABLE: z.string(), STEPDAG_BUCKET: z.string(), STEPDAG_LAUNCHER: z.string() })
  .parse(process.env)
const logger = new Logger({ serviceName: 'stepdag-reconciler' })

const lambda = new LambdaClient()
const stepFunctions = new SFNClient()

const ports: ReconcilerPorts = {
  store: createRunStore({
    dynamodb: DynamoDBDocumentClient.from(new DynamoDBClient()),
    s3: new S3Client(),
    table: environment.STEPDAG_TABLE,
    bucket: environment.STEPDAG_BUCKET,
  }),
  describe: sfnDescriptions(stepFunctions),
  releaseToken: releaseThrough(stepFunctions),
  wake: wakeThrough(lambda),
  requestPlan,
  now: Date.now,
  warn: (what, error) => logger.warn(what, { cause: error }),
}

export const handler = async (event: unknown) => reconcile(ports, parseReconcileRequest(event))

/** Does not wait for the plan. Losing the call is harmless: the next plan does its work. */
async function requestPlan(dagId: string): Promise<void> {
  const Payload = JSON.stringify({ kind: 'plan', dagId } satisfies LaunchRequest)
  await lambda.send(new InvokeCommand({ FunctionName: environment.STEPDAG_LAUNCHER, InvocationType: 'Event', Payload }))
}
