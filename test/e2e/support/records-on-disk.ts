/** Reads the run table of a world that is not running. */
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { S3Client } from '@aws-sdk/client-s3'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { createRunStore } from '../../../lambdas/store/index.ts'
import { startDynamoDb } from '../../../local/dynamodb/start-dynamodb.ts'
import { bucket, credentials, names, place } from '../../../local/settings.ts'

/** `<runId> <taskId>` of every task that is recorded as successful. */
export async function succeededTasks(stateDir: string, runs: readonly { dagId: string; runId: string }[]) {
  const onLost = (error: Error) => {
    throw error
  }
  const server = await startDynamoDb({ dataDir: join(stateDir, 'dynamodb'), ...place, onLost })
  const dynamodb = new DynamoDBClient({ endpoint: server.url, region: place.region, credentials })
  const s3 = new S3Client({ endpoint: server.url, region: place.region, credentials })
  const store = createRunStore({ dynamodb: DynamoDBDocumentClient.from(dynamodb), s3, table: names.table, bucket })
  const records = await Promise.all(runs.map((run) => store.listTaskInstances(run)))
  dynamodb.destroy()
  await server.close()
  return records.flat().flatMap(({ runId, taskId, state }) => (state === 'success' ? [`${runId} ${taskId}`] : []))
}
