/** Entry point of the reconciler Lambda: Step Functions status events, and the periodic sweep. */
import { Logger } from '@aws-lambda-powertools/logger'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { S3Client } from '@aws-sdk/client-s3'
import { SFNClient } from '@aws-sdk/client-sfn'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { z } from 'zod'
import { planRequester } from '../launcher/request-plan.ts'
import { createRunStore } from '../store/index.ts'
import { parseReconcileRequest } from './parse-event.ts'
import type { ReconcilerPorts } from './ports.ts'
import { reconcile } from './reconcile.ts'
import { sfnDescriptions } from './sfn-descriptions.ts'

const environment = z
  .object({ STEPDAG_TABLE: z.string(), STEPDAG_BUCKET: z.string(), STEPDAG_LAUNCHER: z.string() })
  .parse(process.env)
const logger = new Logger({ serviceName: 'stepdag-reconciler' })

const ports: ReconcilerPorts = {
  store: createRunStore({
    dynamodb: DynamoDBDocumentClient.from(new DynamoDBClient()),
    s3: new S3Client(),
    table: environment.STEPDAG_TABLE,
    bucket: environment.STEPDAG_BUCKET,
  }),
  describe: sfnDescriptions(new SFNClient()),
  requestPlan: planRequester(new LambdaClient(), environment.STEPDAG_LAUNCHER),
  now: Date.now,
  warn: (what, error) => logger.warn(what, { cause: error }),
}

export const handler = async (event: unknown) => reconcile(ports, parseReconcileRequest(event))
