/** A mapped task is shown as its instances; the record that sums it up is shown only where there are none. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { taskInstance } from '../support/runs.ts'
import { type ApiWorld, runIdOf, startApiWorld } from './api-world.ts'

let world: ApiWorld
beforeAll(async () => {
  world = await startApiWorld()
})
afterAll(() => world.close())

const run = { dagId: 'sales', runId: runIdOf(3) }
const instances = `/dags/sales/dagRuns/${encodeURIComponent(run.runId)}/taskInstances`
const shown = async (path: string, taskId: string): Promise<unknown> => {
  const { json } = await world.get(path)
  const rows: readonly { task_id: string; map_index: number }[] = json.task_instances
  return rows.filter(({ task_id }) => task_id === taskId).map(({ map_index }) => map_index)
}
const put = (fields: Partial<Parameters<typeof taskInstance>[0]>) =>
  world.store.putTaskInstance(
    null,
    taskInstance({ ...run, taskId: 'load', dagVersion: 2, state: 'skipped', ...fields }),
  )

test('a mapped task without an instance is one row, with instances as many as it has', async () => {
  await put({ mapIndex: -1, entry: { s: 'skipped', c: [0, 2, 0, 0] } })
  expect(await shown(instances, 'load')).toEqual([-1])
  for (const mapIndex of [1, 0]) await put({ mapIndex })
  expect(await shown(instances, 'load')).toEqual([0, 1])
  expect(await shown(`${instances}/load/listMapped`, 'load')).toEqual([0, 1])
})
