/** The product's run store on a table and objects in memory: for virtual time, where nothing may wait for a disk or a network. */

import { createRunStore, type ObjectStore } from '../../lambdas/store/index.ts'
import type { RunStore } from '../../run-model/index.ts'
import { type MemoryDynamoDb, memoryDynamoDb } from './memory-dynamodb.ts'

export interface MemoryRunStore {
  readonly store: RunStore
  /** What state machines call of DynamoDB. */
  readonly call: MemoryDynamoDb['call']
  readonly objects: ReadonlyMap<string, string>
}

/** @param now milliseconds since 1970 */
export function memoryRunStore(now: () => number): MemoryRunStore {
  const dynamodb = memoryDynamoDb()
  const texts = new Map<string, string>()
  const objects: ObjectStore = {
    put: async (key, text) => void texts.set(key, text),
    get: async (key) => texts.get(key) ?? null,
    delete: async (key) => void texts.delete(key),
  }
  return {
    store: createRunStore({ dynamodb: dynamodb.client, table: 'virtual', objects, now }),
    call: dynamodb.call,
    objects: texts,
  }
}
