import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiWorld, runIdOf, startApiWorld } from './api-world.ts'

let world: ApiWorld
beforeAll(async () => {
  world = await startApiWorld()
})
afterAll(() => world.close())

const run = `/dags/sales/dagRuns/${encodeURIComponent(runIdOf(1))}`
const extract = `${run}/taskInstances/extract/xcomEntries`
const names = (json: { xcom_entries: { task_id: string; key: string }[] }) =>
  json.xcom_entries.map((entry) => `${entry.task_id} ${entry.key}`)

test('a task instance lists its entries without their values', async () => {
  const { status, json } = await world.get(extract)
  expect(status).toBe(200)
  expect(names(json)).toEqual(['extract note', 'extract return_value'])
  expect(json.total_entries).toBe(2)
  expect(json.xcom_entries[0]).toEqual({
    key: 'note',
    timestamp: '2026-03-01T00:00:00.000Z',
    logical_date: '2026-03-01T00:00:00.000Z',
    run_after: '2026-03-01T00:00:00.000Z',
    map_index: -1,
    task_id: 'extract',
    task_display_name: 'extract',
    dag_id: 'sales',
    dag_display_name: 'sales',
    run_id: runIdOf(1),
  })
})

test.each([
  ['xcom_key=note', ['extract note']],
  ['xcom_key_pattern=ret%25', ['extract return_value']],
  ['limit=1&offset=1', ['extract return_value']],
  ['map_index=0', []],
  ['map_index=-1&limit=1', ['extract note']],
  ['map_index_filter=3', []],
])('entries answer ?%s', async (query, expected) => {
  expect(names((await world.get(`${extract}?${query}`)).json)).toEqual(expected)
})

test('~ stands for any task, run and DAG', async () => {
  const ofRun = await world.get(`${run}/taskInstances/~/xcomEntries`)
  expect(names(ofRun.json)).toEqual(['extract note', 'extract return_value', 'load return_value'])
  const ofAll = await world.get('/dags/~/dagRuns/~/taskInstances/~/xcomEntries?xcom_key=return_value')
  expect(names(ofAll.json)).toEqual(['extract return_value', 'load return_value'])
})

test('a task that did not run has no entries, a task that does not exist is 404', async () => {
  const unreached = `/dags/sales/dagRuns/${encodeURIComponent(runIdOf(3))}/taskInstances/report/xcomEntries`
  expect((await world.get(unreached)).json).toEqual({ xcom_entries: [], total_entries: 0 })
  expect((await world.get(`${run}/taskInstances/extrakt/xcomEntries`)).json.fix).toBe('did you mean extract?')
})

test.each([
  ['return_value', '', '{"rows":7}'],
  ['return_value', '?deserialize=true', { rows: 7 }],
  ['return_value', '?deserialize=true&stringify=true', '{"rows":7}'],
  ['note', '', '"plain"'],
  ['note', '?deserialize=true', 'plain'],
  ['note', '?deserialize=true&stringify=true', 'plain'],
])('the value of %s%s is what Airflow 3.2 answers', async (key, query, expected) => {
  const { status, json } = await world.get(`${extract}/${key}${query}`)
  expect(status).toBe(200)
  expect(json.value).toEqual(expected)
})

test('an entry that does not exist is 404 and says what was meant', async () => {
  const { status, json } = await world.get(`${extract}/return_valu`)
  expect({ status, code: json.code, fix: json.fix }).toEqual({
    status: 404,
    code: 'unknown-xcom',
    fix: 'did you mean return_value?',
  })
})
