/** Entry point of the finalizer Lambda: wires real clients to `arrive` and `finalize`. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { S3Client } from '@aws-sdk/client-s3'
import { SFNClient } from '@aws-sdk/client-sfn'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { ArriveAnswer, FinalizerCall } from '../../run-model/index.ts'
import { releaseThrough, wakeThrough } from '../arrival/index.ts'
import type { EndAnswer } from '../ending/index.ts'
import { createRunStore } from '../store/index.ts'
import { arrive } from './arrive.ts'
import { finalize } from './finalize.ts'
import { wiringLoader } from './load-wiring.ts'
import type { FinalizerPorts } from './ports.ts'

const ports = wire(process.env)

export async function handler(call: FinalizerCall): Promise<EndAnswer | ArriveAnswer> {
  return call.do === 'finalize' ? finalize(ports, call) : arrive(ports, call)
}

function wire(env: NodeJS.ProcessEnv): FinalizerPorts {
  const { STEPDAG_TABLE: table, STEPDAG_BUCKET: bucket } = env
  if (!table || !bucket) throw new Error('The finalizer needs STEPDAG_TABLE and STEPDAG_BUCKET in its environment.')
  const store = createRunStore({
    dynamodb: DynamoDBDocumentClient.from(new DynamoDBClient()),
    s3: new S3Client(),
    table,
    bucket,
  })
  return {
    store,
    loadWiring: wiringLoader(store),
    releaseToken: releaseThrough(new SFNClient()),
    wake: wakeThrough(new LambdaClient()),
    now: Date.now,
  }
}
