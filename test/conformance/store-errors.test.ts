import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRunStore, StoreError } from '../../lambdas/store/index.ts'
import { startDynalite, type TestDynalite } from '../support/dynalite.ts'
import { memoryObjects } from '../support/memory-objects.ts'
import { dagVersion, queuedRun } from '../support/runs.ts'

let dynalite: TestDynalite
beforeAll(async () => {
  dynalite = await startDynalite()
})
afterAll(() => dynalite.close())

test('a table that does not exist is a StoreError that names it, whatever the call', async () => {
  const store = createRunStore({ dynamodb: dynalite.client, table: 'nowhere', objects: memoryObjects() })
  const calls = [
    () => store.getDag('a'),
    () => store.listDags(),
    () => store.createRun(queuedRun()),
    () => store.getTaskInstances(queuedRun(), ['a']),
    () => store.openGate('x', 'g'),
    () => store.deleteVariable('v'),
  ]
  for (const call of calls) {
    await expect(call()).rejects.toThrow(StoreError)
    await expect(call()).rejects.toThrow(/nowhere.*ResourceNotFoundException/)
  }
})

test('a manifest that is gone is a StoreError that names its key', async () => {
  const store = createRunStore({ dynamodb: dynalite.client, table: dynalite.table, objects: memoryObjects() })
  await expect(store.getManifest(dagVersion())).rejects.toThrow(/manifests\/sales\/.*no such object/)
})
