/** Entry point of the launcher Lambda: alarms of EventBridge Scheduler, and calls of the API, reconciler and registrar. */
import { createHash, randomBytes } from 'node:crypto'
import { Logger } from '@aws-lambda-powertools/logger'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { S3Client } from '@aws-sdk/client-s3'
import { SFNClient } from '@aws-sdk/client-sfn'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { z } from 'zod'
import { createRunStore } from '../store/index.ts'
import { launch } from './launch.ts'
import { parseLaunchRequest } from './parse-request.ts'
import type { LauncherPorts } from './ports.ts'
import { sfnStarter } from './sfn-starter.ts'

const environment = z
  .object({
    STEPDAG_TABLE: z.string(),
    STEPDAG_BUCKET: z.string(),
    STEPDAG_SCHEDULES: z.enum(['on', 'off']).default('on'),
  })
  .parse(process.env)

const logger = new Logger({ serviceName: 'stepdag-launcher' })

const ports: LauncherPorts = {
  store: createRunStore({
    dynamodb: DynamoDBDocumentClient.from(new DynamoDBClient()),
    s3: new S3Client(),
    table: environment.STEPDAG_TABLE,
    bucket: environment.STEPDAG_BUCKET,
  }),
  executions: sfnStarter(new SFNClient()),
  firesSchedules: environment.STEPDAG_SCHEDULES === 'on',
  now: Date.now,
  // Base64url letters that are not letters or digits become `x`: eight of them still tell runs of one instant apart.
  randomSuffix: () => randomBytes(6).toString('base64url').replace(/[-_]/g, 'x'),
  warn: (what, error) => logger.warn(what, { cause: error }),
  sha256: (text) => createHash('sha256').update(text).digest('hex'),
}

export const handler = async (event: unknown) => launch(ports, parseLaunchRequest(event))
