import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiWorld, startApiWorld } from './api-world.ts'

let world: ApiWorld
beforeAll(async () => {
  world = await startApiWorld()
})
afterAll(() => world.close())

const ids = (json: { dags: { dag_id: string }[] }) => json.dags.map((dag) => dag.dag_id)

describe('GET /dags', () => {
  test('lists the DAGs that are deployed, by id', async () => {
    const { status, json } = await world.get('/dags')
    expect(status).toBe(200)
    expect(ids(json)).toEqual(['hello', 'sales'])
    expect(json.total_entries).toBe(2)
  })

  test.each([
    ['exclude_stale=false', ['hello', 'old_report', 'sales']],
    ['exclude_stale=False&paused=true', ['hello']],
    ['paused=false', ['sales']],
    ['tags=demo', ['hello']],
    ['tags=demo&tags=none', ['hello']],
    ['tags=demo&tags=none&tags_match_mode=all', []],
    ['tags=demo&tags=small&tags_match_mode=all', ['hello']],
    ['owners=ann', ['hello']],
    ['dag_id_pattern=%25AL%25', ['sales']],
    ['dag_id_pattern=hel__', ['hello']],
    ['dag_id_pattern=ale', ['sales']],
    ['dag_id_pattern=h%25s', []],
    ['dag_id_pattern=~', ['hello', 'sales']],
    ['dag_id_pattern=nothing|sales', ['sales']],
    ['dag_display_name_pattern=say%25', ['hello']],
    ['has_import_errors=true', []],
    ['order_by=-dag_id', ['sales', 'hello']],
    ['order_by=dag_display_name', ['sales', 'hello'].reverse()],
    ['limit=1', ['hello']],
    ['limit=1&offset=1', ['sales']],
    ['limit=0', []],
  ])('answers ?%s', async (query, expected) => {
    const { status, json } = await world.get(`/dags?${query}`)
    expect(status).toBe(200)
    expect(ids(json)).toEqual(expected)
  })

  test('lowers a limit above 100 to 100', async () => {
    expect((await world.get('/dags?limit=5000')).status).toBe(200)
  })

  test('refuses a filter that it does not apply, and says which it does', async () => {
    const { status, json } = await world.get('/dags?last_dag_run_state=failed')
    expect(status).toBe(400)
    expect(json).toMatchObject({
      code: 'unsupported-filter',
      detail: '"last_dag_run_state" is not a parameter of this request',
    })
    expect(json.why).toContain('dag_id_pattern')
  })

  test('suggests the parameter that was meant', async () => {
    expect((await world.get('/dags?limits=3')).json.fix).toBe('did you mean limit?')
  })

  test('refuses an order that it does not know', async () => {
    const { status, json } = await world.get('/dags?order_by=state')
    expect(status).toBe(400)
    expect(json.code).toBe('unsupported-order')
    expect(json.why).toContain('dag_id, dag_display_name, next_dagrun')
  })

  test.each(['limit=many', 'limit=-1', 'offset=1.5', 'paused=perhaps', 'tags_match_mode=most'])(
    'answers 422 with the place of the fault to ?%s',
    async (query) => {
      const { status, json } = await world.get(`/dags?${query}`)
      expect(status).toBe(422)
      expect(json.code).toBe('malformed-request')
      expect(json.detail[0].loc.slice(0, 2)).toEqual(['query', query.split('=')[0]])
    },
  )
})

describe('one DAG', () => {
  test('is shown with the fields of Airflow', async () => {
    const { json } = await world.get('/dags/hello')
    expect(json).toMatchObject({
      dag_id: 'hello',
      dag_display_name: 'Say hello',
      is_paused: true,
      is_stale: false,
      fileloc: 'dags/hello.ts',
      owners: ['ann'],
      tags: [
        { name: 'demo', dag_id: 'hello', dag_display_name: 'Say hello' },
        { name: 'small', dag_id: 'hello', dag_display_name: 'Say hello' },
      ],
      timetable_summary: '0 0 * * *',
      max_active_runs: 16,
      max_active_tasks: 16,
      bundle_version: 'commit1',
      last_parsed_time: '2026-03-01T00:00:00.000Z',
    })
  })

  test('has details, with its newest version and its running runs', async () => {
    const { json } = await world.get('/dags/sales/details')
    expect(json).toMatchObject({
      dag_id: 'sales',
      catchup: false,
      timezone: 'UTC',
      concurrency: 16,
      active_runs_count: 1,
      latest_dag_version: { version_number: 2, dag_id: 'sales', bundle_version: 'commit1' },
    })
  })

  test.each(['/dags/sale', '/dags/sale/details', '/dags/sale/tasks', '/dags/sale/dagRuns', '/dagSources/sale'])(
    'answers 404 to %s and says what was meant',
    async (path) => {
      const { status, json } = await world.get(path)
      expect(status).toBe(404)
      expect(json).toMatchObject({ detail: 'DAG sale does not exist', code: 'unknown-dag', fix: 'did you mean sales?' })
    },
  )

  test('whose name is near to nothing gets a hint where to look', async () => {
    expect((await world.get('/dags/completely_different')).json.fix).toContain('GET /api/v2/dags')
  })
})

describe('pause and unpause', () => {
  test('pauses without starting anything', async () => {
    const before = world.launched.length
    const { status, json } = await world.send('PATCH', '/dags/sales?update_mask=is_paused', { is_paused: true })
    expect(status).toBe(200)
    expect(json).toMatchObject({ dag_id: 'sales', is_paused: true })
    expect(world.launched).toHaveLength(before)
    expect((await world.get('/dags/sales')).json.is_paused).toBe(true)
  })

  test('unpauses and asks the launcher for what is due', async () => {
    const { json } = await world.send('PATCH', '/dags/sales', { is_paused: false })
    expect(json.is_paused).toBe(false)
    expect(world.launched.at(-1)).toEqual({ kind: 'plan', dagId: 'sales' })
  })

  test('changes only what the filters name when it is asked for many', async () => {
    const { status, json } = await world.send('PATCH', '/dags?dag_id_pattern=hel%25', { is_paused: false })
    expect(status).toBe(200)
    expect(ids(json)).toEqual(['hello'])
    expect(json.dags[0].is_paused).toBe(false)
  })

  test('changes no DAG that is not named', async () => {
    const { status, json } = await world.send('PATCH', '/dags?tags=demo', { is_paused: true })
    expect({ status, code: json.code }).toEqual({ status: 400, code: 'dag-pattern-required' })
    expect((await world.get('/dags/hello')).json.is_paused).toBe(false)
  })

  test('refuses to change anything else', async () => {
    const { status, json } = await world.send('PATCH', '/dags/sales?update_mask=tags', { is_paused: true })
    expect(status).toBe(400)
    expect(json).toMatchObject({ code: 'unsupported-field', detail: 'update_mask=tags is not supported' })
  })

  test('names each wrong field of the body', async () => {
    const { status, json } = await world.send('PATCH', '/dags/sales', { is_paused: 'yes', tags: [] })
    expect(status).toBe(422)
    expect(json.detail).toEqual([
      { loc: ['body', 'is_paused'], msg: expect.stringContaining('boolean'), type: 'value_error' },
      { loc: ['body', 'tags'], msg: 'there is no such field', type: 'extra_forbidden' },
    ])
  })

  test('answers 404 for a DAG that does not exist', async () => {
    expect((await world.send('PATCH', '/dags/nope', { is_paused: true })).status).toBe(404)
  })
})

describe('the next run', () => {
  test('is the first tick from now', async () => {
    const { json } = await world.get('/dags/sales')
    expect(json).toMatchObject({
      next_dagrun_run_after: '2026-03-06T00:00:00.000Z',
      next_dagrun_logical_date: '2026-03-06T00:00:00.000Z',
      next_dagrun_data_interval_start: '2026-03-06T00:00:00.000Z',
      next_dagrun_data_interval_end: '2026-03-06T00:00:00.000Z',
    })
  })

  test('does not exist for a DAG that was removed', async () => {
    expect((await world.get('/dags/old_report')).json).toMatchObject({ is_stale: true, next_dagrun_run_after: null })
  })

  test('orders a list', async () => {
    expect((await world.get('/dags?order_by=next_dagrun&exclude_stale=false')).json.dags.at(-1).dag_id).toBe(
      'old_report',
    )
  })
})
