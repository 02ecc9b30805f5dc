import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRunStore } from '../../lambdas/store/index.ts'
import type { RunStore } from '../../run-model/index.ts'
import { startDynalite, type TestDynalite } from '../support/dynalite.ts'
import { memoryObjects } from '../support/memory-objects.ts'
import { dagRecord, dagVersion, manifest, queuedRun } from '../support/runs.ts'

const called = new Set<string>()
let dynalite: TestDynalite
let store: RunStore
beforeAll(async () => {
  dynalite = await startDynalite()
  dynalite.client.middlewareStack.add(
    (next, context) => (args) => {
      called.add(String(context.commandName).replace(/Command$/, ''))
      return next(args)
    },
    { step: 'initialize' },
  )
  store = createRunStore({ dynamodb: dynalite.client, table: dynalite.table, objects: memoryObjects() })
})
afterAll(() => dynalite.close())

test('every list is answered without a scan or a transaction', async () => {
  await store.putDagVersion(dagRecord(), dagVersion(), manifest())
  await store.createRun(queuedRun())
  const page = { limit: 5, offset: 0 }
  await store.listDags()
  await store.listDagVersions('sales')
  await store.listOpenRuns()
  await store.listOpenRuns('sales')
  await store.latestRun('sales')
  await store.listRuns(page)
  await store.listRuns({ ...page, states: ['queued'], order: 'oldest' })
  await store.listRuns({ ...page, dagId: 'sales', states: ['queued', 'failed'] })
  await store.listTaskInstances(queuedRun())
  await store.listXComs(queuedRun(), 'extract')
  const allowed = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'BatchGetItem']
  expect(called.size).toBeGreaterThan(3)
  expect([...called].filter((command) => !allowed.includes(command))).toEqual([])
})

test('no Lambda names an operation that reads a whole table or that dynalite lacks', () => {
  const folder = join(import.meta.dirname, '../../lambdas')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  expect(files).toContain(join('store', 'table.ts'))
  const forbidden = /\b(Scan|TransactWrite|TransactGet|ExecuteStatement|BatchExecuteStatement)(Items|Command)?\b/
  const offenders = files.filter((file) =>
    forbidden.test(readFileSync(join(folder, file), 'utf8').replace(/^.*ScanIndexForward.*$/gm, '')),
  )
  expect(offenders).toEqual([])
})
