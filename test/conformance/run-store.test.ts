import { createRunStore } from '../../lambdas/store/index.ts'
import { startDynalite } from '../support/dynalite.ts'
import { memoryObjects } from '../support/memory-objects.ts'
import { runStoreSuite } from './run-store.suite.ts'

runStoreSuite('dynalite', async () => {
  const dynalite = await startDynalite()
  const objects = memoryObjects()
  return {
    store: createRunStore({ dynamodb: dynalite.client, table: dynalite.table, objects }),
    objectCount: () => objects.texts.size,
    close: dynalite.close,
  }
})
