import { DescribeTableCommand } from '@aws-sdk/client-dynamodb'
import { expect, test } from 'vitest'
import { startDynalite } from '../support/dynalite.ts'

test('the test table has keys-only indexes and is active', async () => {
  const dynalite = await startDynalite()
  const { Table } = await dynalite.client.send(new DescribeTableCommand({ TableName: dynalite.table }))
  expect(Table?.TableStatus).toBe('ACTIVE')
  expect(new Set(Table?.GlobalSecondaryIndexes?.map((index) => index.Projection?.ProjectionType))).toEqual(
    new Set(['KEYS_ONLY']),
  )
  await dynalite.close()
})
