import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiWorld, runIdOf, startApiWorld } from './api-world.ts'

let world: ApiWorld
beforeAll(async () => {
  world = await startApiWorld()
})
afterAll(() => world.close())

const run = (number: number) => `/dags/sales/dagRuns/${encodeURIComponent(runIdOf(number))}`
const states = (json: { task_instances: { task_id: string; state: string | null }[] }) =>
  json.task_instances.map((one) => `${one.task_id} ${one.state}`)

describe('GET taskInstances', () => {
  test.each([
    [1, ['extract success', 'load success']],
    [2, ['extract failed', 'load upstream_failed', 'report null']],
    [3, ['extract running', 'load null', 'report null']],
    [4, ['extract null', 'load null', 'report null']],
  ])('shows every task of the version of run %i, reached or not', async (number, expected) => {
    const { status, json } = await world.get(`${run(number)}/taskInstances`)
    expect(status).toBe(200)
    expect(states(json)).toEqual(expected)
    expect(json.total_entries).toBe(expected.length)
  })

  test.each([
    ['state=failed&state=upstream_failed', ['extract failed', 'load upstream_failed']],
    ['state=none', ['report null']],
    ['state=no_status', ['report null']],
    ['task_id=load', ['load upstream_failed']],
    ['task_display_name_pattern=%25rep%25', ['report null']],
    ['try_number=1', ['extract failed']],
    ['version_number=1', []],
    ['map_index=-1&limit=1&offset=1', ['load upstream_failed']],
    ['operator=task&order_by=-task_id', ['report null', 'load upstream_failed', 'extract failed']],
    ['pool_name_pattern=default%25&queue=default&pool=default_pool&limit=1', ['extract failed']],
    ['start_date_gte=2026-03-01T00:00:00Z', ['extract failed']],
  ])('answers ?%s', async (query, expected) => {
    const { status, json } = await world.get(`${run(2)}/taskInstances?${query}`)
    expect(status).toBe(200)
    expect(states(json)).toEqual(expected)
  })

  test('answers ~ for any run and any DAG', async () => {
    const ofDag = await world.get('/dags/sales/dagRuns/~/taskInstances?state=running')
    expect(states(ofDag.json)).toEqual(['extract running'])
    const ofAll = await world.get('/dags/~/dagRuns/~/taskInstances?run_after_lt=2026-03-02&order_by=task_id')
    expect(states(ofAll.json)).toEqual(['extract success', 'load success'])
    const late = await world.get('/dags/~/dagRuns/~/taskInstances?logical_date_gt=2026-03-02&run_id_pattern=03-03')
    expect(states(late.json)).toEqual(['extract running', 'load null', 'report null'])
  })

  test('refuses what it does not apply', async () => {
    expect((await world.get(`${run(1)}/taskInstances?executor=x`)).json.code).toBe('unsupported-filter')
    expect((await world.get(`${run(1)}/taskInstances?order_by=pid`)).json.code).toBe('unsupported-order')
    expect((await world.get(`${run(1)}/taskInstances?state=gone`)).status).toBe(422)
  })
})

describe('POST taskInstances/list', () => {
  test('filters across runs', async () => {
    const body = { dag_ids: ['sales'], state: ['failed', null], page_limit: 3, order_by: 'run_after' }
    const { status, json } = await world.send('POST', '/dags/~/dagRuns/~/taskInstances/list', body)
    expect(status).toBe(200)
    expect(states(json)).toEqual(['extract failed', 'report null', 'load null'])
    expect(json.total_entries).toBe(7)
  })

  test('names runs and tasks', async () => {
    const body = { dag_run_ids: [runIdOf(1)], task_ids: ['load'] }
    const { json } = await world.send('POST', '/dags/~/dagRuns/~/taskInstances/list', body)
    expect(states(json)).toEqual(['load success'])
    const pairs = { dag_ids: ['sales', 'hello'], dag_run_ids: [runIdOf(1), 'none'], page_limit: 1 }
    const named = await world.send('POST', '/dags/~/dagRuns/~/taskInstances/list', pairs)
    expect(states(named.json)).toEqual(['extract success'])
    expect(named.json.total_entries).toBe(2)
  })
})

describe('one task instance', () => {
  test('shows times, tries and version', async () => {
    const { json } = await world.get(`${run(1)}/taskInstances/load`)
    expect(json).toMatchObject({
      task_id: 'load',
      dag_run_id: runIdOf(1),
      map_index: -1,
      state: 'success',
      try_number: 2,
      max_tries: 1,
      start_date: '2026-03-01T00:00:02.000Z',
      end_date: '2026-03-01T00:00:05.000Z',
      duration: 3,
      operator: 'task',
      pool: 'default_pool',
      executor_config: '{}',
      dag_version: { version_number: 1 },
      rendered_fields: {},
    })
  })

  test('that failed says what it died of', async () => {
    const { json } = await world.get(`${run(2)}/taskInstances/extract`)
    expect(json.error).toEqual({
      name: 'TypeError',
      message: 'no rows',
      causes: [{ name: 'Error', message: 'socket' }],
    })
  })

  test('is the same under its map index', async () => {
    const plain = await world.get(`${run(1)}/taskInstances/load`)
    expect((await world.get(`${run(1)}/taskInstances/load/-1`)).json).toEqual(plain.json)
  })

  test('that was not reached has state null and the retries of its task', async () => {
    const { json } = await world.get(`${run(3)}/taskInstances/report`)
    expect(json).toMatchObject({ state: null, try_number: 0, max_tries: 2, start_date: null })
  })

  test.each([
    ['/taskInstances/lod', 'unknown-task', 'did you mean load?'],
    ['/taskInstances/report', 'unknown-task', expect.any(String)],
    ['/taskInstances/load/0', 'unknown-task-instance', 'ask for map_index -1'],
    ['/taskInstances/load/listMapped', 'not-mapped', expect.any(String)],
    ['/taskInstances/load/tries/3', 'unknown-try', 'ask for a try from 1 to 2'],
  ])('answers 404 to %s', async (path, code, fix) => {
    const { status, json } = await world.get(`${run(1)}${path}`)
    expect({ status, code: json.code, fix: json.fix }).toEqual({ status: 404, code, fix })
  })

  test('has a map index that is a number', async () => {
    const { status, json } = await world.get(`${run(1)}/taskInstances/load/first`)
    expect({ status, loc: json.detail[0].loc }).toEqual({ status: 422, loc: ['path', 'map_index'] })
  })
})

describe('tries', () => {
  test('are all kept, each with its error', async () => {
    const { json } = await world.get(`${run(1)}/taskInstances/load/tries`)
    expect(json.total_entries).toBe(2)
    expect(json.task_instances).toMatchObject([
      { try_number: 1, state: 'up_for_retry', duration: 3, error: { message: 'no rows' } },
      { try_number: 2, state: 'success', error: null },
    ])
    expect((await world.get(`${run(1)}/taskInstances/load/-1/tries`)).json).toEqual(json)
  })

  test('can be read one by one', async () => {
    const { json } = await world.get(`${run(1)}/taskInstances/load/tries/1`)
    expect(json.state).toBe('up_for_retry')
    expect((await world.get(`${run(1)}/taskInstances/load/-1/tries/1`)).json).toEqual(json)
  })

  test('include the one that runs, and an end without a try', async () => {
    const running = await world.get(`${run(3)}/taskInstances/extract/tries`)
    expect(running.json.task_instances).toMatchObject([{ try_number: 1, state: 'running', end_date: null }])
    const without = await world.get(`${run(2)}/taskInstances/load/tries`)
    expect(without.json.task_instances).toMatchObject([{ try_number: 0, state: 'upstream_failed' }])
    expect((await world.get(`${run(3)}/taskInstances/report/tries`)).json.total_entries).toBe(0)
  })
})

describe('dependencies', () => {
  test('say which upstream tasks are waited for', async () => {
    const { json } = await world.get(`${run(3)}/taskInstances/load/dependencies`)
    const reason = 'Rule all_success waits for 1 of 1 upstream tasks: extract.'
    expect(json).toEqual({ dependencies: [{ name: 'Trigger Rule', reason }] })
    expect((await world.get(`${run(3)}/taskInstances/load/-1/dependencies`)).json).toEqual(json)
  })

  test('say that the run does not run', async () => {
    const queued = await world.get(`${run(4)}/taskInstances/extract/dependencies`)
    expect(queued.json.dependencies).toMatchObject([{ name: 'Dagrun Running' }])
    const ended = await world.get(`${run(2)}/taskInstances/report/dependencies`)
    expect(ended.json.dependencies).toMatchObject([{ name: 'Dagrun Running' }])
  })

  test('are empty once a task is decided', async () => {
    expect((await world.get(`${run(1)}/taskInstances/load/dependencies`)).json).toEqual({ dependencies: [] })
  })
})
