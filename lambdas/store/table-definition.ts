/** The run table as a CreateTable input: the local world and tests create it from this, a test compares cdk's with it. */
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb'
import { indexes } from '../../run-model/index.ts'

/** @param table at least three characters (a limit of DynamoDB). */
export function tableDefinition(table: string) {
  const all = Object.values(indexes)
  const attributes = new Set(['pk', 'sk', ...all.flatMap((index) => [index.hash, index.range])])
  return {
    TableName: table,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...attributes].map((name) => ({ AttributeName: name, AttributeType: 'S' as const })),
    KeySchema: keySchema('pk', 'sk'),
    GlobalSecondaryIndexes: all.map((index) => ({
      IndexName: index.name,
      KeySchema: keySchema(index.hash, index.range),
      Projection: { ProjectionType: 'KEYS_ONLY' as const },
    })),
  } satisfies CreateTableCommandInput
}

function keySchema(hash: string, range: string) {
  return [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ]
}
