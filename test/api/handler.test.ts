/** The Lambda handler as AWS calls it: payload version 2.0 in, status and body out, the launcher behind a real client. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createRunStore } from '../../lambdas/store/index.ts'
import { startDynalite, type TestDynalite } from '../support/dynalite.ts'
import { memoryObjects } from '../support/memory-objects.ts'
import { dagRecord, dagVersion, manifest, queuedRun } from '../support/runs.ts'

interface LambdaAnswer {
  readonly statusCode: number
  readonly body: string
}

let dynalite: TestDynalite
let invoke: (method: string, path: string, more?: object) => Promise<LambdaAnswer>
const invoked: { readonly path: string; readonly body: unknown }[] = []
let answer: { readonly functionError: boolean; readonly body: unknown }
const launcher = createServer((request, response) => {
  let text = ''
  request.on('data', (chunk) => {
    text += chunk
  })
  request.on('end', () => {
    invoked.push({ path: request.url!, body: JSON.parse(text) })
    response.writeHead(200, answer.functionError ? { 'x-amz-function-error': 'Unhandled' } : {})
    response.end(JSON.stringify(answer.body))
  })
})

beforeAll(async () => {
  dynalite = await startDynalite()
  const store = createRunStore({ dynamodb: dynalite.client, table: dynalite.table, objects: memoryObjects() })
  await store.putDagVersion(dagRecord(), dagVersion(), manifest())
  await new Promise<void>((done) => launcher.listen(0, '127.0.0.1', done))
  // A server that listens on TCP has an AddressInfo.
  const { port } = launcher.address() as AddressInfo
  const environment = {
    STEPDAG_TABLE: dynalite.table,
    STEPDAG_BUCKET: 'objects',
    STEPDAG_LAUNCHER: 'stepdag-launcher',
    AWS_ENDPOINT_URL_DYNAMODB: dynalite.endpoint,
    AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    // Makes the logger write to the console that the test listens to.
    POWERTOOLS_DEV: 'true',
  }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  const { handler } = await import('../../lambdas/api/handler.ts')
  // hono answers a superset of what API Gateway reads; these two fields are all a test needs.
  invoke = async (method, path, more) => (await handler(apiEvent(method, path, more))) as unknown as LambdaAnswer
})

afterAll(async () => {
  vi.unstubAllEnvs()
  launcher.close()
  await dynalite.close()
})

function apiEvent(method: string, path: string, more: object = {}) {
  const [rawPath, rawQueryString = ''] = path.split('?')
  const http = { method, path: rawPath!, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' }
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: rawPath!,
    rawQueryString,
    headers: { host: 'api.example.com', 'content-type': 'application/json' },
    body: null,
    isBase64Encoded: false,
    requestContext: {
      accountId: '1',
      apiId: 'a',
      authentication: null,
      authorizer: {},
      domainName: 'api.example.com',
      domainPrefix: 'api',
      http,
      requestId: 'r',
      routeKey: '$default',
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
    ...more,
  }
}

test('a request is read from the event, repeated parameters included', async () => {
  const { statusCode, body } = await invoke('GET', '/api/v2/dags?order_by=-dag_id&tags=a&tags=b')
  expect({ statusCode, ...JSON.parse(body) }).toEqual({ statusCode: 200, dags: [], total_entries: 0 })
  expect(JSON.parse((await invoke('GET', '/api/v2/dags/sales')).body)).toMatchObject({ dag_id: 'sales' })
})

test('a run id that API Gateway decoded is found or named as it is', async () => {
  const { statusCode, body } = await invoke('GET', '/api/v2/dags/sales/dagRuns/manual__2026-03-01T00:00:00+00:00')
  expect(statusCode).toBe(404)
  expect(JSON.parse(body).detail).toBe('DAG sales has no run manual__2026-03-01T00:00:00+00:00')
})

test('a trigger invokes the launcher and answers its run', async () => {
  answer = { functionError: false, body: { kind: 'launched', runs: [queuedRun({ runId: 'mine', runType: 'manual' })] } }
  const { statusCode, body } = await invoke('POST', '/api/v2/dags/sales/dagRuns', { body: '{"dag_run_id":"mine"}' })
  expect(statusCode).toBe(200)
  expect(JSON.parse(body)).toMatchObject({ dag_run_id: 'mine', state: 'queued' })
  expect(invoked.at(-1)).toMatchObject({
    path: '/2015-03-31/functions/stepdag-launcher/invocations',
    body: { kind: 'trigger', dagId: 'sales', runId: 'mine', triggeredBy: 'rest_api' },
  })
})

test('a launcher that fails is a bug of ours: 500, and no word of it outside', async () => {
  answer = { functionError: true, body: { errorType: 'Error', errorMessage: 'secret detail' } }
  const log = vi.spyOn(console, 'error').mockImplementation(() => {})
  const { statusCode, body } = await invoke('POST', '/api/v2/dags/sales/dagRuns', { body: '{}' })
  expect(statusCode).toBe(500)
  expect(body).not.toContain('secret detail')
  expect(String(log.mock.lastCall)).toContain('secret detail')
  log.mockRestore()
})

test('nobody gets a token on AWS', async () => {
  const { statusCode } = await invoke('POST', '/auth/token', { body: '{"username":"a","password":"b"}' })
  expect(statusCode).toBe(404)
})
