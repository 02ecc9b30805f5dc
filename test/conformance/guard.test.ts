import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRunStore } from '../../lambdas/store/index.ts'
import { keys, type RunStore } from '../../run-model/index.ts'
import { startDynalite, type TestDynalite } from '../support/dynalite.ts'
import { memoryObjects } from '../support/memory-objects.ts'
import { instant, later, queuedRun } from '../support/runs.ts'

let dynalite: TestDynalite
let store: RunStore
beforeAll(async () => {
  dynalite = await startDynalite()
  store = createRunStore({ dynamodb: dynalite.client, table: dynalite.table, objects: memoryObjects() })
})
afterAll(() => dynalite.close())

/** What a writer leaves that dies between the guard and the run. */
async function guardWithoutRun(dagId: string, runId: string, queuedAt: string): Promise<void> {
  const Item = { ...keys.logicalDate(dagId, instant), runId, queuedAt }
  await dynalite.client.send(new PutCommand({ TableName: dynalite.table, Item }))
}

test('a run whose writer died after the guard is created by repeating the call', async () => {
  await guardWithoutRun('a', 'mine', instant)
  const run = queuedRun({ dagId: 'a', runId: 'mine' })
  expect(await store.createRun(run)).toEqual({ outcome: 'created', run })
})

test('another run gets the date only when the dead writer cannot come back', async () => {
  await guardWithoutRun('b', 'dead', instant)
  const soon = queuedRun({ dagId: 'b', runId: 'other', queuedAt: later(900) })
  expect(await store.createRun(soon)).toEqual({ outcome: 'logical_date_taken', runId: 'dead' })
  const after = queuedRun({ dagId: 'b', runId: 'other', queuedAt: later(901) })
  expect(await store.createRun(after)).toEqual({ outcome: 'created', run: after })
  expect(await store.createRun(queuedRun({ dagId: 'b', runId: 'third' }))).toMatchObject({ runId: 'other' })
})

test('of fifty runs that find an abandoned date one gets it', async () => {
  await guardWithoutRun('c', 'dead', instant)
  const runs = Array.from({ length: 50 }, (_, i) => queuedRun({ dagId: 'c', runId: `r-${i}`, queuedAt: later(1000) }))
  const answers = await Promise.all(runs.map((run) => store.createRun(run)))
  expect(answers.filter((answer) => answer.outcome === 'created')).toHaveLength(1)
})

test('a guard left by a run of another date holds nothing', async () => {
  await store.createRun(queuedRun({ dagId: 'd', runId: 'x', logicalDate: later(86_400) }))
  await guardWithoutRun('d', 'x', instant)
  expect(await store.createRun(queuedRun({ dagId: 'd', runId: 'y' }))).toMatchObject({ outcome: 'created' })
})
