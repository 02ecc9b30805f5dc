/** The run store on Amazon's own DynamoDB Local: what passes on dynalite because dynalite errs does not pass here. */
import { describe, it } from 'vitest'
import { createRunStore } from '../../lambdas/store/index.ts'
import { startDynamoDbLocal, whyNoDynamoDbLocal } from '../support/dynamodb-local.ts'
import { memoryObjects } from '../support/memory-objects.ts'
import { runStoreSuite } from './run-store.suite.ts'

const reason = whyNoDynamoDbLocal()

if (reason !== null) {
  describe('run store on DynamoDB Local', () => {
    it.skip(`is not tested: ${reason}`, () => {})
  })
} else {
  runStoreSuite('DynamoDB Local', async () => {
    const dynamodb = await startDynamoDbLocal()
    const objects = memoryObjects()
    return {
      store: createRunStore({ dynamodb: dynamodb.client, table: dynamodb.table, objects }),
      objectCount: () => objects.texts.size,
      close: dynamodb.close,
    }
  })
}
