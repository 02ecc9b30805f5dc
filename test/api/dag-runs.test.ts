import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiWorld, now, runIdOf, startApiWorld } from './api-world.ts'

let world: ApiWorld
beforeAll(async () => {
  world = await startApiWorld()
})
afterAll(() => world.close())

/** The day of March in each run's id. */
const days = (json: { dag_runs: { dag_run_id: string }[] }) =>
  json.dag_runs.map((run) => Number(/03-0(\d)/.exec(run.dag_run_id)?.[1]))
const at = (path: string) => path.replace('{run}', encodeURIComponent(runIdOf(1)))

describe('GET dagRuns', () => {
  test('answers runs in the order of their creation, as Airflow does', async () => {
    const { status, json, headers } = await world.get('/dags/sales/dagRuns')
    expect(status).toBe(200)
    expect(days(json)).toEqual([1, 2, 3, 4])
    expect(json.total_entries).toBe(4)
    expect(headers.get('x-total-entries-capped')).toBeNull()
  })

  test.each([
    ['order_by=-run_after', [4, 3, 2, 1]],
    ['order_by=-id&limit=1', [4]],
    ['order_by=-run_after&limit=2&offset=1', [3, 2]],
    ['limit=2&offset=3', [4]],
    ['state=failed', [2]],
    ['state=success&state=running', [1, 3]],
    ['run_after_gte=2026-03-02T00:00:00Z', [2, 3, 4]],
    ['run_after_gt=2026-03-02T00:00:00Z', [3, 4]],
    ['run_after_lte=2026-03-02', [1, 2]],
    ['run_after_lt=2026-03-02T00:00:00.000000%2B0000', [1]],
    ['run_after_gte=2026-03-02T01:00:00%2B01:00&run_after_lt=2026-03-03', [2]],
    ['run_after_gte=2026-03-02T00:00:00Z&state=queued&order_by=-run_after', [4]],
    ['logical_date_gt=2026-03-03T00:00:00Z', [4]],
    ['start_date_lte=2026-03-01T00:00:01Z', [1]],
    ['end_date_gte=2026-03-02T00:00:31Z', [2]],
    ['duration_gt=20', [2]],
    ['duration_lte=8.0', [1]],
    ['run_type=scheduled&dag_version=2', [2, 3]],
    ['run_type=manual', []],
    ['bundle_version=commit1', [1, 2, 3]],
    ['run_id_pattern=%2503-03%25', [3]],
    ['order_by=-duration', [2, 1, 3, 4]],
    ['order_by=state&order_by=-run_after', [2, 4, 3, 1]],
  ])('answers ?%s', async (query, expected) => {
    const { status, json } = await world.get(`/dags/sales/dagRuns?${query}`)
    expect(status).toBe(200)
    expect(days(json)).toEqual(expected)
  })

  test('answers ~ with the runs of every DAG', async () => {
    expect(days((await world.get('/dags/~/dagRuns?state=failed')).json)).toEqual([2])
    expect((await world.get('/dags/~/dagRuns?dag_id_pattern=hel%25')).json.total_entries).toBe(0)
  })

  test.each(['updated_at_gte=2026-01-01', 'conf_contains=x', 'partition_key_pattern=x'])(
    'refuses ?%s instead of ignoring it',
    async (query) => {
      const { status, json } = await world.get(`/dags/sales/dagRuns?${query}`)
      expect(status).toBe(400)
      expect(json.code).toBe('unsupported-filter')
    },
  )

  test.each(['state=done', 'run_after_gte=yesterday', 'duration_gte=long', 'run_after_gte=2026-13-45'])(
    'answers 422 to ?%s',
    async (query) => {
      expect((await world.get(`/dags/sales/dagRuns?${query}`)).status).toBe(422)
    },
  )
})

describe('POST dagRuns/list', () => {
  test('filters like the list, with the names of a body', async () => {
    const all = await world.send('POST', '/dags/~/dagRuns/list', {})
    expect(all.json.total_entries).toBe(4)
    const some = { dag_ids: ['sales', 'hello'], states: ['success', 'failed'], order_by: '-run_after', page_limit: 1 }
    const { json } = await world.send('POST', '/dags/~/dagRuns/list', some)
    expect(days(json)).toEqual([2])
    expect(json.total_entries).toBe(2)
    const late = { run_after_gte: '2026-03-03T00:00:00Z', page_offset: 1 }
    expect(days((await world.send('POST', '/dags/~/dagRuns/list', late)).json)).toEqual([4])
  })

  test('refuses a filter that it does not know', async () => {
    const { status, json } = await world.send('POST', '/dags/~/dagRuns/list', { conf_contains: 'x' })
    expect(status).toBe(422)
    expect(json.detail[0]).toEqual({
      loc: ['body', 'conf_contains'],
      msg: 'there is no such field',
      type: 'extra_forbidden',
    })
  })

  test('is there only for ~', async () => {
    expect((await world.send('POST', '/dags/sales/dagRuns/list', {})).status).toBe(422)
  })
})

describe('one run', () => {
  test('shows times, version and interval', async () => {
    const { json } = await world.get(at('/dags/sales/dagRuns/{run}'))
    expect(json).toMatchObject({
      dag_run_id: runIdOf(1),
      dag_id: 'sales',
      state: 'success',
      run_type: 'scheduled',
      triggered_by: 'timetable',
      run_after: '2026-03-01T00:00:00.000Z',
      start_date: '2026-03-01T00:00:01.000Z',
      end_date: '2026-03-01T00:00:09.000Z',
      duration: 8,
      bundle_version: 'commit1',
      dag_versions: [{ version_number: 1 }],
      conf: {},
      reason: null,
    })
  })

  test('says why it failed', async () => {
    const { json } = await world.get(`/dags/sales/dagRuns/${encodeURIComponent(runIdOf(2))}`)
    expect(json).toMatchObject({ state: 'failed', reason: 'timeout' })
  })

  test('has no version while it is queued', async () => {
    const { json } = await world.get(`/dags/sales/dagRuns/${encodeURIComponent(runIdOf(4))}`)
    expect(json).toMatchObject({
      state: 'queued',
      start_date: null,
      duration: null,
      dag_versions: [],
      bundle_version: null,
    })
  })

  test('that does not exist is 404 and says what was meant', async () => {
    const { status, json } = await world.get('/dags/sales/dagRuns/scheduled__2026-03-01')
    expect(status).toBe(404)
    expect(json.code).toBe('unknown-run')
    const near = await world.get(`/dags/sales/dagRuns/${encodeURIComponent(runIdOf(2).replace('T', 't'))}`)
    expect(near.json.fix).toBe(`did you mean ${runIdOf(2)}?`)
  })
})

describe('trigger', () => {
  const dagRuns = '/dags/hello/dagRuns'

  test('makes a run without logical date when none is given', async () => {
    const { status, json } = await world.send('POST', dagRuns, {})
    expect(status).toBe(200)
    expect(json).toMatchObject({
      dag_id: 'hello',
      state: 'queued',
      run_type: 'manual',
      triggered_by: 'rest_api',
      logical_date: null,
      run_after: now,
    })
    expect(world.launched.at(-1)).toEqual({
      kind: 'trigger',
      dagId: 'hello',
      logicalDate: null,
      dataInterval: null,
      conf: {},
      note: null,
      triggeredBy: 'rest_api',
    })
  })

  test('passes everything of the body on', async () => {
    const { status, json } = await world.send('POST', dagRuns, {
      dag_run_id: 'mine',
      logical_date: '2026-03-04T01:00:00+01:00',
      data_interval_start: '2026-03-03T00:00:00Z',
      data_interval_end: '2026-03-04T00:00:00Z',
      run_after: '2026-03-09T00:00:00Z',
      conf: { country: 'CH', list: [1, null] },
      note: 'by hand',
      partition_key: null,
    })
    expect(status).toBe(200)
    expect(json).toMatchObject({
      dag_run_id: 'mine',
      logical_date: '2026-03-04T00:00:00.000Z',
      data_interval_start: '2026-03-03T00:00:00.000Z',
      data_interval_end: '2026-03-04T00:00:00.000Z',
      run_after: '2026-03-09T00:00:00.000Z',
      conf: { country: 'CH', list: [1, null] },
      note: 'by hand',
    })
  })

  test('hands on the refusal of the launcher', async () => {
    const body = { dag_run_id: 'twice', logical_date: null }
    expect((await world.send('POST', dagRuns, body)).status).toBe(200)
    const { status, json } = await world.send('POST', dagRuns, body)
    expect({ status, code: json.code }).toEqual({ status: 409, code: 'run-id-taken' })
    expect(Object.keys(json).sort()).toEqual(['code', 'detail', 'fix', 'why'])
  })

  test('answers 409 for a logical date that another run has, and for a DAG that was removed', async () => {
    const date = { logical_date: '2026-03-02T00:00:00Z' }
    const taken = await world.send('POST', '/dags/sales/dagRuns', date)
    expect({ status: taken.status, code: taken.json.code }).toEqual({ status: 409, code: 'logical-date-taken' })
    const removed = await world.send('POST', '/dags/old_report/dagRuns', {})
    expect({ status: removed.status, code: removed.json.code }).toEqual({ status: 409, code: 'removed-dag' })
  })

  test('answers the run as it runs, with its version', async () => {
    const { json } = await world.send('POST', '/dags/sales/dagRuns', { logical_date: now })
    expect(json).toMatchObject({
      state: 'running',
      logical_date: now,
      start_date: now,
      dag_versions: [{ version_number: 2 }],
    })
    expect(json.dag_run_id).toBe('manual__2026-03-05T12:00:00+00:00')
  })

  test.each([
    [{ dag_run_id: 'with space' }, 'bad-run-id'],
    [{ dag_run_id: 'scheduled__mine' }, 'bad-run-id'],
    [{ dag_run_id: '' }, 'bad-run-id'],
    [{ partition_key: 'p' }, 'unsupported-field'],
    [{ conf: { big: 'x'.repeat(65_536) } }, 'conf-too-large'],
  ])('answers 400 to %j', async (body, code) => {
    const { status, json } = await world.send('POST', dagRuns, body)
    expect({ status, code: json.code }).toEqual({ status: 400, code })
  })

  test.each([
    [{ conf: 'text' }, ['body', 'conf']],
    [{ logical_date: 'now' }, ['body', 'logical_date']],
    [{ logical_date: '2026-03-04T00:00:00' }, ['body', 'logical_date']],
    [{ data_interval_start: '2026-03-03T00:00:00Z' }, ['body', 'data_interval_end']],
    [{ note: 'x'.repeat(1001) }, ['body', 'note']],
    [{ config: {} }, ['body', 'config']],
    ['{', ['body']],
    ['[]', ['body']],
  ])('answers 422 to %j', async (body, loc) => {
    const { status, json } = await world.send('POST', dagRuns, body)
    expect(status).toBe(422)
    expect(json.detail[0].loc).toEqual(loc)
  })

  test('answers 404 for a DAG that does not exist, before anything is launched', async () => {
    const before = world.launched.length
    const { status, json } = await world.send('POST', '/dags/hallo/dagRuns', {})
    expect({ status, fix: json.fix }).toEqual({ status: 404, fix: 'did you mean hello?' })
    expect(world.launched).toHaveLength(before)
  })
})
