import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiWorld, startApiWorld } from './api-world.ts'

let world: ApiWorld
beforeAll(async () => {
  world = await startApiWorld()
})
afterAll(() => world.close())

describe('versions', () => {
  test('are listed newest first', async () => {
    const { json } = await world.get('/dags/sales/dagVersions')
    expect(json.total_entries).toBe(2)
    expect(json.dag_versions.map((version: { version_number: number }) => version.version_number)).toEqual([2, 1])
  })

  test('can be filtered, ordered and paged', async () => {
    expect((await world.get('/dags/sales/dagVersions?version_number=1')).json.total_entries).toBe(1)
    expect((await world.get('/dags/sales/dagVersions?bundle_version=other')).json.total_entries).toBe(0)
    const paged = await world.get('/dags/sales/dagVersions?order_by=version_number&limit=1&offset=1')
    expect(paged.json).toMatchObject({ total_entries: 2, dag_versions: [{ version_number: 2 }] })
  })

  test('keep their id', async () => {
    const first = (await world.get('/dags/sales/dagVersions/1')).json
    expect(first.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect((await world.get('/dags/sales/dagVersions/1')).json.id).toBe(first.id)
    expect((await world.get('/dags/sales/dagVersions/2')).json.id).not.toBe(first.id)
  })

  test('that do not exist are 404 and name the newest', async () => {
    const { status, json } = await world.get('/dags/sales/dagVersions/9')
    expect(status).toBe(404)
    expect(json).toMatchObject({ code: 'unknown-dag-version', fix: 'the newest is 2' })
  })

  test('are whole numbers', async () => {
    const { status, json } = await world.get('/dags/sales/dagVersions/two')
    expect(status).toBe(422)
    expect(json.detail[0].loc).toEqual(['path', 'version_number'])
  })
})

describe('tasks', () => {
  test('are those of the newest version', async () => {
    const { json } = await world.get('/dags/sales/tasks')
    expect(json.total_entries).toBe(3)
    expect(json.tasks.map((task: { task_id: string }) => task.task_id)).toEqual(['extract', 'load', 'report'])
  })

  test('can be ordered', async () => {
    expect((await world.get('/dags/sales/tasks?order_by=-retries')).json.tasks[0].task_id).toBe('report')
    expect((await world.get('/dags/sales/tasks?order_by=colour')).json.code).toBe('unsupported-order')
  })

  test('show durations as time deltas', async () => {
    const { json } = await world.get('/dags/sales/tasks/report')
    expect(json).toMatchObject({
      task_id: 'report',
      retries: 2,
      trigger_rule: 'all_success',
      downstream_task_ids: [],
      retry_delay: { __type: 'TimeDelta', days: 0, seconds: 300, microseconds: 0 },
      execution_timeout: { __type: 'TimeDelta', days: 1, seconds: 3661, microseconds: 500_000 },
    })
  })

  test('that do not exist are 404 and say what was meant', async () => {
    const { status, json } = await world.get('/dags/sales/tasks/reprot')
    expect(status).toBe(404)
    expect(json).toMatchObject({ code: 'unknown-task', fix: 'did you mean report?' })
  })
})

describe('sources', () => {
  test('are those of the newest version unless another is asked for', async () => {
    expect((await world.get('/dagSources/sales')).json).toEqual({
      content: 'export const second = 2\n',
      dag_id: 'sales',
      version_number: 2,
      dag_display_name: 'sales',
    })
    expect((await world.get('/dagSources/sales?version_number=1')).json.content).toBe('export const first = 1\n')
    expect((await world.get('/dagSources/sales?version_number=7')).status).toBe(404)
  })

  test('come as text to who accepts text', async () => {
    const { headers, json } = await world.get('/dagSources/sales', { accept: 'text/plain' })
    expect(headers.get('content-type')).toContain('text/plain')
    expect(json).toBe('export const second = 2\n')
  })

  test.each(['application/json', '*/*', 'text/html, application/*;q=0.8'])('come as JSON for %s', async (accept) => {
    expect((await world.get('/dagSources/sales', { accept })).json.version_number).toBe(2)
  })

  test('answer 406 to who accepts neither', async () => {
    const { status, json } = await world.get('/dagSources/sales', { accept: 'image/png' })
    expect(status).toBe(406)
    expect(json.code).toBe('not-acceptable')
  })
})
