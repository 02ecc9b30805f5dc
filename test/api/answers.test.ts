import { readFileSync } from 'node:fs'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { airflowSurface } from '../../lambdas/api/airflow-surface.ts'
import { createApp, loopbackOnly } from '../../lambdas/api/app.ts'
import { escapePath } from '../../lambdas/api/escape-path.ts'
import * as catalogue from '../../lambdas/api/problems.ts'
import { stepdagVersion } from '../../lambdas/api/version.ts'
import type { RunStore } from '../../run-model/index.ts'
import { type ApiWorld, now, startApiWorld } from './api-world.ts'

let world: ApiWorld
beforeAll(async () => {
  world = await startApiWorld()
})
afterAll(() => world.close())

describe('monitor', () => {
  test('says which version answers', async () => {
    expect((await world.get('/version')).json).toEqual({ version: '9.9.9', git_version: null })
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
    expect(stepdagVersion).toBe(version)
  })

  test('says how the parts are', async () => {
    expect((await world.get('/monitor/health')).json).toEqual({
      metadatabase: { status: 'healthy' },
      scheduler: { status: 'healthy', latest_scheduler_heartbeat: now },
      triggerer: { status: null, latest_triggerer_heartbeat: null },
      dag_processor: { status: 'healthy', latest_dag_processor_heartbeat: now },
    })
  })

  test('says that the store does not answer', async () => {
    const response = await brokenApp([]).request('/api/v2/monitor/health')
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ metadatabase: { status: 'unhealthy' } })
  })
})

describe('what is not there', () => {
  test('every operation of Airflow that is missing answers 501', async () => {
    const known = Object.entries((await openApi()).paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('/api/v2', '')}`),
    )
    const missing = airflowSurface.filter(({ method, path }) => !known.includes(`${method} ${path}`))
    const ours = known.filter((one) => one.includes('/auth/token') || one.includes('/api/stepdag/v1'))
    expect(missing.length + known.length - ours.length).toBe(airflowSurface.length)
    for (const { method, path } of missing) {
      const response = await world.app.request(`/api/v2${path.replace(/\{\w+\}/g, '1')}`, { method })
      expect({ path, method, status: response.status }).toEqual({ path, method, status: 501 })
      expect(await response.json()).toMatchObject({ code: 'not-implemented' })
    }
  })

  test('the table has the size of Airflow 3.2', () => {
    expect(airflowSurface).toHaveLength(110)
    expect(new Set(airflowSurface.map(({ path }) => path)).size).toBe(79)
  })

  test('a method that a path lacks answers 405 with those it has', async () => {
    const { status, json } = await world.send('PUT', '/dags/sales', {})
    expect(status).toBe(405)
    expect(json).toMatchObject({ code: 'method-not-allowed', why: 'it answers GET, PATCH, DELETE' })
  })

  test.each([
    ['/dagz', 'did you mean /api/v2/dags?'],
    ['/dags/sales/task', 'did you mean /api/v2/dags/sales/tasks?'],
    ['/nothing/like/it/at/all', '/openapi.json lists the paths'],
  ])('an unknown path answers 404: %s', async (path, fix) => {
    const { status, json } = await world.get(path)
    expect({ status, code: json.code, fix: json.fix }).toEqual({ status: 404, code: 'unknown-path', fix })
  })

  test('a path without its base says so', async () => {
    const response = await world.app.request('/dags/sales')
    expect(await response.json()).toMatchObject({ code: 'unknown-path', fix: 'did you mean /api/v2/dags/sales?' })
  })
})

describe('bad requests', () => {
  test('a body that is no JSON, says no type, or is too large', async () => {
    const notJson = await world.send('PATCH', '/dags/sales', '{')
    expect(notJson.status).toBe(422)
    expect(notJson.json.detail).toEqual([{ loc: ['body'], msg: 'the body is not JSON', type: 'json_invalid' }])
    const untyped = await world.app.request('/api/v2/dags/sales', { method: 'PATCH', body: '{"is_paused":true}' })
    expect(untyped.status).toBe(422)
    expect(await untyped.json()).toMatchObject({ detail: [{ loc: ['header', 'content-type'] }] })
    const large = await world.send('POST', '/dags/sales/dagRuns', { conf: { big: 'x'.repeat(300_000) } })
    expect({ status: large.status, code: large.json.code }).toEqual({ status: 413, code: 'body-too-large' })
  })

  test('a bug answers 500 with a reference that is in the log, and without its text', async () => {
    const reported: [string, unknown][] = []
    const response = await brokenApp(reported).request('/api/v2/dags')
    const json = (await response.json()) as { code: string; detail: string }
    expect(response.status).toBe(500)
    expect(json.code).toBe('internal-error')
    expect(reported).toHaveLength(1)
    expect(json.detail).toContain(reported[0]![0])
    expect(JSON.stringify(json)).not.toContain('table is on fire')
    expect(String(reported[0]![1])).toContain('table is on fire')
  })

  test('none of these tests ran into a bug', () => {
    expect(world.reported).toEqual([])
  })
})

test('a total above 10,000 is capped, and a header says so', async () => {
  const many = { ...world.store, listRuns: async () => ({ items: [], total: 10_000 }) }
  const response = await appOver(many, []).request('/api/v2/dags/~/dagRuns?order_by=-run_after')
  expect(await response.json()).toEqual({ dag_runs: [], total_entries: 10_000 })
  expect(response.headers.get('x-total-entries-capped')).toBe('10000')
  const compared = await appOver(many, []).request('/api/v2/dags/~/dagRuns?run_type=manual')
  expect({ status: compared.status, ...((await compared.json()) as object) }).toMatchObject({
    status: 400,
    code: 'window-too-wide',
  })
})

test('a token is given only where it is asked for', async () => {
  const login = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"username":"ann","password":"x"}',
  }
  const response = await world.app.request('/auth/token', login)
  expect({ status: response.status, ...((await response.json()) as object) }).toEqual({
    status: 201,
    access_token: 'token-of-ann',
  })
  expect((await appOver(world.store, []).request('/auth/token', login)).status).toBe(404)
})

describe('loopbackOnly', () => {
  const served = () => new Hono().use(loopbackOnly()).get('/', (c) => c.text('hello'))
  test.each([
    [{ host: '127.0.0.1:8080' }, 200],
    [{ host: 'localhost' }, 200],
    [{ host: '[::1]:8080' }, 200],
    [{ host: '127.0.0.1:8080', origin: 'http://127.0.0.1:8080' }, 200],
    [{ host: '127.0.0.1:8080', origin: 'http://localhost:8080' }, 403],
    [{ host: '127.0.0.1:8080', origin: 'https://evil.example' }, 403],
    [{ host: '127.0.0.1:8080', origin: 'null' }, 403],
    [{ host: '127.0.0.1:8080', 'sec-fetch-site': 'cross-site' }, 403],
    [{ host: 'evil.example' }, 403],
    [{ host: '127.0.0.1.evil.example' }, 403],
    [{}, 403],
  ])('answers a request with %j by %i', async (headers, status) => {
    expect((await served().request('/', { headers: headers as Record<string, string> })).status).toBe(status)
  })
})

test('a path that API Gateway decoded is read as it was written', () => {
  const path = (rawPath: string) => escapePath({ rawPath }).rawPath
  expect(path('/xcomEntries/what?#100%')).toBe('/xcomEntries/what%3F%23100%25')
  expect(path('/dagRuns/manual__2026-03-01T00:00:00+00:00')).toBe('/dagRuns/manual__2026-03-01T00:00:00+00:00')
  expect(path('/a%2Fb')).toBe('/a%2Fb')
  expect(escapePath({ other: 1 })).toEqual({ other: 1 })
})

describe('the catalogue of problems', () => {
  const functions = Object.entries(catalogue).filter(([name]) => name !== 'Refused')
  const source = readFileSync('lambdas/api/problems.ts', 'utf8')
  const codes = [...source.matchAll(/^ {2}code: '([a-z-]+)'/gm)].map((match) => match[1]!)

  test('is in alphabetical order, one code per function, each once', () => {
    expect(codes).toEqual([...codes].sort())
    expect(new Set(codes).size).toBe(codes.length)
    expect(codes).toHaveLength(functions.length)
  })

  test('shares no code with the compiler', () => {
    const compiler = readFileSync('dag-compiler/problems/catalogue.ts', 'utf8')
    expect(codes.filter((code) => compiler.includes(`'${code}'`))).toEqual([])
  })
})

const openApi = async () => (await world.app.request('/openapi.json')).json() as Promise<Record<string, object>>

function appOver(store: RunStore, reported: [string, unknown][]) {
  return createApp({
    tokens: { release: async () => undefined, heartbeat: async () => true },
    wake: async () => undefined,
    store,
    launch: async () => ({ kind: 'launched', runs: [] }),
    now: () => new Date(now),
    version: '9.9.9',
    health: async () => ({
      scheduler: { status: null, latest_scheduler_heartbeat: null },
      triggerer: { status: null, latest_triggerer_heartbeat: null },
      dag_processor: { status: null, latest_dag_processor_heartbeat: null },
    }),
    report: (reference, error) => reported.push([reference, error]),
  })
}

function brokenApp(reported: [string, unknown][]) {
  const burn = async () => {
    throw new Error('table is on fire')
  }
  return appOver({ ...world.store, getDag: burn, listDags: burn }, reported)
}
