/** The public Airflow client, unchanged, against the API on a loopback port. Runs where Python with that client is. */
import { execFile } from 'node:child_process'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { serve } from '@hono/node-server'
import { Hono, type MiddlewareHandler } from 'hono'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loopbackOnly } from '../../lambdas/api/app.ts'
import type { HumanRequest } from '../../run-model/index.ts'
import { later, taskInstance } from '../support/runs.ts'
import { type ApiWorld, runIdOf, startApiWorld } from './api-world.ts'

const python = process.env.STEPDAG_AIRFLOW_CLIENT_PYTHON
const reason =
  'set STEPDAG_AIRFLOW_CLIENT_PYTHON to a python that has apache-airflow-client 3.2.1 (pip install apache-airflow-client==3.2.1)'

let world: ApiWorld
beforeAll(async () => {
  world = await startApiWorld()
  const run = { dagId: 'sales', runId: runIdOf(3) }
  const human: HumanRequest = {
    subject: 'Release?',
    body: null,
    options: ['Approve', 'Reject'],
    defaults: null,
    multiple: false,
    assignees: ['ann'],
    onReject: null,
    createdAt: later(2),
    response: null,
  }
  const wait = { id: 'request', token: 'secret', deadline: null }
  await world.store.putTaskInstance(
    null,
    taskInstance({
      ...run,
      taskId: 'load',
      dagVersion: 2,
      state: 'awaiting_input',
      operator: 'human_input',
      wait,
      human,
    }),
  )
})
afterAll(() => world.close())

test('the Airflow client calls every operation and parses every answer', async (context) => {
  if (python === undefined) return context.skip(reason)
  const { origin, close } = await serveWorld()
  try {
    const { stdout } = await drive(python, origin)
    const { called, seen } = JSON.parse(stdout)
    expect(called).toEqual(await operations())
    expect(seen).toEqual(expected)
    expect(world.reported).toEqual([])
  } finally {
    await close()
  }
})

test('a field that is missing is noticed by the client', async (context) => {
  if (python === undefined) return context.skip(reason)
  const { origin, close } = await serveWorld(async (c, next) => {
    await next()
    c.res = new Response((await c.res.text()).replaceAll('"run_after":', '"run_afters":'), c.res)
  })
  try {
    await expect(drive(python, origin)).rejects.toThrow(/validation error for DAGRunResponse\s+run_after/)
  } finally {
    await close()
  }
})

const drive = (python: string, origin: string) =>
  promisify(execFile)(python, ['test/api/python-client/drive_client.py', origin], { timeout: 25_000 })

async function serveWorld(change: MiddlewareHandler = (_c, next) => next()) {
  const app = new Hono().use(loopbackOnly(), change).route('/', world.app)
  const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const started = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(started))
  })
  // A server that listens on TCP has an AddressInfo.
  const { port } = server.address() as AddressInfo
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  return { origin: `http://127.0.0.1:${port}`, close }
}

async function operations(): Promise<string[]> {
  const { paths } = (await (await world.app.request('/openapi.json')).json()) as {
    paths: Record<string, Record<string, { operationId: string }>>
  }
  const ids = Object.values(paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId))
  // The client has no method for what is stepdag's own.
  const foreign = ['create_token', 'complete_deferred_task', 'heartbeat_of_deferred_task']
  return ids.filter((id) => !foreign.includes(id)).sort()
}

const expected = {
  version: '9.9.9',
  health: ['healthy', 'healthy'],
  dags: ['sales'],
  dag: 'Say hello',
  details: ['UTC', 2, '2026-03-06T00:00:00+00:00'],
  'unknown dag': { status: 404, code: 'unknown-dag' },
  'missing operation': { status: 501, code: 'not-implemented' },
  paused: [true, false],
  versions: [2, 1],
  'version id': expect.stringMatching(/^[0-9a-f-]{36}$/),
  tasks: ['extract', 'load', 'report'],
  timeout: [1, 3661, 2],
  source: 'export const first = 1\n',
  runs: [
    [runIdOf(2), 'failed', 30],
    [runIdOf(1), 'success', 8],
  ],
  window: [runIdOf(2)],
  batch: [runIdOf(3)],
  run: ['success', 'timetable', 1, 'commit1'],
  triggered: ['from_python', 'queued', '2026-03-04T12:00:00+00:00', { country: 'CH' }, 'hi'],
  'triggered twice': { status: 409, code: 'run-id-taken' },
  'without date': [null, 'manual'],
  instances: [
    ['extract', 'success', 1],
    ['load', 'success', 2],
  ],
  running: ['extract'],
  instance: expect.stringMatching(/^[0-9a-f-]{36}$/),
  mapped: { status: 404, code: 'not-mapped' },
  tries: ['up_for_retry', 'success'],
  dependencies: [],
  xcoms: ['note', 'return_value'],
  xcom: { rows: 7 },
  'xcom text': '{"rows":7}',
  questions: [['load', 'deferred', 'Release?', false]],
  answer: ['ann', ['Approve']],
  'answered twice': { status: 409, code: 'already-answered' },
  answered: [true, ['Approve'], 'success'],
}
