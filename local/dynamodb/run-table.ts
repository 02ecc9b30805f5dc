/** Makes the run table, and sweeps items past their time: dynalite knows no TTL, AWS deletes such items by itself. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { CreateTableCommand, DeleteItemCommand, DescribeTableCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { tableDefinition } from '../../lambdas/store/index.ts'
import { ttlAttribute } from '../../run-model/index.ts'
import { pause, realClock } from '../clock.ts'
import { storeOfOtherVersion } from '../world-problems.ts'

/** Idempotent. @throws WorldProblem when the stored table has other keys than this version of stepdag */
export async function ensureRunTable(dynamodb: DynamoDBClient, table: string, dataDir: string): Promise<void> {
  const wanted = tableDefinition(table)
  const stored = await dynamodb.send(new DescribeTableCommand({ TableName: table })).catch((error: Error) => {
    if (error.name === 'ResourceNotFoundException') return null
    throw error
  })
  if (!stored) {
    await dynamodb.send(new CreateTableCommand(wanted))
    return untilActive(dynamodb, table)
  }
  if (keysOf(stored.Table ?? {}) !== keysOf(wanted)) throw storeOfOtherVersion(dataDir)
}

/** Until then every call answers that there is no such table. dynalite needs a moment, rarely more than a few milliseconds. */
async function untilActive(dynamodb: DynamoDBClient, table: string): Promise<void> {
  for (let attempt = 0; attempt < mostLooks; attempt++) {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: table }))
    if (Table?.TableStatus === 'ACTIVE') return
    await pause(realClock, lookEveryMs)
  }
  throw new Error(`the table ${table} is not active ${(mostLooks * lookEveryMs) / 1000} seconds after its creation`)
}

const lookEveryMs = 10
const mostLooks = 1_000

interface TableKeys {
  readonly KeySchema?: readonly object[] | undefined
  readonly GlobalSecondaryIndexes?:
    | readonly { readonly IndexName?: string | undefined; readonly KeySchema?: readonly object[] | undefined }[]
    | undefined
}

function keysOf(table: TableKeys): string {
  const indexes = (table.GlobalSecondaryIndexes ?? []).map((index) => [index.IndexName, index.KeySchema] as const)
  indexes.sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
  return JSON.stringify([table.KeySchema, indexes])
}

/**
 * Deletes what has expired. Conditional on the expiry it saw, so that an item renewed meanwhile stays.
 * @returns number of deleted items
 */
export async function sweepExpiredItems(dynamodb: DynamoDBClient, table: string, nowMs: number): Promise<number> {
  const now = { ':now': { N: String(Math.floor(nowMs / 1000)) } }
  const names = { '#ttl': ttlAttribute }
  const swept = { count: 0 }
  let start: Record<string, never> | undefined
  do {
    const page = await dynamodb.send(
      new ScanCommand({
        TableName: table,
        FilterExpression: '#ttl < :now',
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: now,
        ...(start && { ExclusiveStartKey: start }),
      }),
    )
    for (const item of page.Items ?? []) {
      await dynamodb
        .send(
          new DeleteItemCommand({
            TableName: table,
            Key: { pk: item.pk!, sk: item.sk! },
            ConditionExpression: '#ttl < :now',
            ExpressionAttributeNames: names,
            ExpressionAttributeValues: now,
          }),
        )
        .then(() => swept.count++)
        .catch((error: Error) => {
          if (error.name !== 'ConditionalCheckFailedException') throw error
        })
    }
    // The SDK's key type is a union this code only passes on.
    start = page.LastEvaluatedKey as Record<string, never> | undefined
  } while (start)
  return swept.count
}
