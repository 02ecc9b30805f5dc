/**
 * An API over a real run store on dynalite, with a small history: `sales` (two versions, four runs, XComs, tries),
 * `hello` (paused, tagged), `old_report` (stale). The launcher is the real one; executions start and do nothing.
 */
import { createHash } from 'node:crypto'
import { createApp } from '../../lambdas/api/app.ts'
import { launch } from '../../lambdas/launcher/launch.ts'
import type { LauncherPorts } from '../../lambdas/launcher/ports.ts'
import { createRunStore } from '../../lambdas/store/index.ts'
import type { DagManifest, LaunchRequest, RunStore } from '../../run-model/index.ts'
import { startDynalite } from '../support/dynalite.ts'
import { memoryObjects } from '../support/memory-objects.ts'
import {
  dagRecord,
  dagVersion,
  failedRun,
  instant,
  later,
  manifest,
  queuedRun,
  runningRun,
  succeededRun,
  taskInstance,
} from '../support/runs.ts'

export const now = '2026-03-05T12:00:00.000Z'
const day = (number: number) => `2026-03-0${number}T00:00:00.000Z`
export const runIdOf = (number: number) => `scheduled__2026-03-0${number}T00:00:00+00:00`

export interface ApiWorld {
  readonly store: RunStore
  readonly app: ReturnType<typeof createApp>
  readonly launched: readonly LaunchRequest[]
  /** Tokens that were answered, in order. */
  readonly told: { readonly token: string; readonly answer: unknown }[]
  /** Errors that the app reported as bugs. */
  readonly reported: readonly unknown[]
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Answer>
  /** @param path below `/api/v2`, or whole when it begins with `/api`. */
  readonly send: (method: string, path: string, body: unknown, headers?: Record<string, string>) => Promise<Answer>
  close(): Promise<void>
}

interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Tests read what they expect; a wrong shape fails the assertion that follows. */
  // biome-ignore lint/suspicious/noExplicitAny: JSON of many shapes, checked by each test
  readonly json: any
}

export async function startApiWorld(): Promise<ApiWorld> {
  const dynalite = await startDynalite()
  const store = createRunStore({ dynamodb: dynalite.client, table: dynalite.table, objects: memoryObjects() })
  await fill(store)
  const launched: LaunchRequest[] = []
  const told: { readonly token: string; readonly answer: unknown }[] = []
  const reported: unknown[] = []
  const launcher: LauncherPorts = {
    store,
    executions: { start: async () => 'started' },
    now: () => Date.parse(now),
    firesSchedules: true,
    randomSuffix: () => `random${String(launched.length).padStart(2, '0')}`,
    warn: (_what, error) => reported.push(error),
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
  }
  const app = createApp({
    tokens: {
      release: async (token, answer) => void told.push({ token, answer }),
      heartbeat: async (token) => token !== 'gone',
    },
    wake: async () => undefined,
    userOf: (c) => {
      const name = c.req.header('x-user') ?? 'ann'
      return { id: name, name: name.toUpperCase() }
    },
    store,
    launch: (request) => {
      launched.push(request)
      return launch(launcher, request)
    },
    now: () => new Date(now),
    version: '9.9.9',
    health: async () => ({
      scheduler: { status: 'healthy', latest_scheduler_heartbeat: now },
      triggerer: { status: null, latest_triggerer_heartbeat: null },
      dag_processor: { status: 'healthy', latest_dag_processor_heartbeat: now },
    }),
    issueToken: (username) => `token-of-${username}`,
    report: (_reference, error) => reported.push(error),
  })
  return {
    store,
    app,
    launched,
    told,
    reported,
    get: async (path, headers = {}) => read(await app.request(`/api/v2${path}`, { headers })),
    send: async (method, path, body, headers = {}) =>
      read(
        await app.request(path.startsWith('/api') ? path : `/api/v2${path}`, {
          method,
          headers: { 'content-type': 'application/json', ...headers },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
      ),
    close: dynalite.close,
  }
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json') === true
  return { status: response.status, headers: response.headers, json: isJson ? JSON.parse(text) : text }
}

async function fill(store: RunStore): Promise<void> {
  await register(store, manifest({ source: 'export const first = 1\n' }), 1)
  await register(store, salesToday(), 2)
  const hello = { ...manifest().options, tags: ['demo', 'small'], owners: ['ann'], dagDisplayName: 'Say hello' }
  await register(store, manifest({ dagId: 'hello', file: 'dags/hello.ts', options: hello }), 1, true)
  await register(store, manifest({ dagId: 'old_report', file: 'dags/old.ts' }), 1)
  await store.setStale('old_report')
  await runs(store)
}

/** Version 2 adds `report` after `load`. */
function salesToday(): DagManifest {
  const before = manifest()
  const [extract, load] = before.tasks
  return {
    ...before,
    source: 'export const second = 2\n',
    tasks: [
      extract!,
      { ...load!, downstreams: ['report'] },
      {
        ...load!,
        taskId: 'report',
        key: 'report',
        upstreams: ['load'],
        downstreams: [],
        retries: 2,
        executionTimeout: 90_061.5,
      },
    ],
    edges: [...before.edges, ['load', 'report']],
  }
}

async function register(store: RunStore, of: DagManifest, version: number, isPaused = false): Promise<void> {
  const { dagId, file, schedule, options } = of
  await store.putDagVersion(
    dagRecord({ dagId, file, schedule, options, version, isPaused }),
    dagVersion({ dagId, version, digest: `digest${version}`, manifestKey: `manifests/${dagId}/${version}.json` }),
    of,
  )
}

/** Day 1 succeeded on version 1, day 2 failed on version 2, day 3 runs, day 4 waits. */
async function runs(store: RunStore): Promise<void> {
  const queued = [1, 2, 3, 4].map((number) =>
    queuedRun({ runId: runIdOf(number), runAfter: day(number), logicalDate: day(number), queuedAt: day(number) }),
  )
  for (const run of queued) await store.createRun(run)
  const [first, second, third] = queued.map((run, index) =>
    runningRun(run, {
      startDate: later(1, run.runAfter),
      dagVersion: index === 0 ? 1 : 2,
      bundleVersion: 'commit1',
      execution: { arn: `arn:${index}`, name: `execution-${index}`, attempt: 1 },
    }),
  )
  for (const run of [first!, second!, third!]) await store.startRun(run)
  await store.finishRun({ ...succeededRun(first), endDate: later(9, first!.runAfter) })
  await store.finishRun({ ...failedRun(second, 'timeout'), endDate: later(31, second!.runAfter) })
  await tasks(store)
}

async function tasks(store: RunStore): Promise<void> {
  const run = { dagId: 'sales', runId: runIdOf(1) }
  const done = { state: 'success', endDate: later(5), duration: 3 } as const
  const once = { tryNumber: 1, startDate: later(2), endDate: later(5), dagVersion: 1 }
  const boom = { name: 'TypeError', message: 'no rows', causes: [{ name: 'Error', message: 'socket' }] }
  await store.putTaskInstance(
    null,
    taskInstance({ ...run, ...done, tries: [{ ...once, state: 'success', error: null }] }),
  )
  await store.putTaskInstance(
    null,
    taskInstance({
      ...run,
      ...done,
      taskId: 'load',
      tryNumber: 2,
      tries: [
        { ...once, state: 'up_for_retry', error: boom },
        { ...once, tryNumber: 2, state: 'success', error: null },
      ],
    }),
  )
  await store.putXCom(run, {
    taskId: 'extract',
    mapIndex: -1,
    key: 'return_value',
    value: { rows: 7 },
    timestamp: instant,
  })
  await store.putXCom(run, { taskId: 'extract', mapIndex: -1, key: 'note', value: 'plain', timestamp: instant })
  await store.putXCom(run, { taskId: 'load', mapIndex: -1, key: 'return_value', value: null, timestamp: instant })

  const failed = { dagId: 'sales', runId: runIdOf(2) }
  await store.putTaskInstance(
    null,
    taskInstance({ ...failed, dagVersion: 2, state: 'failed', endDate: later(5), error: boom }),
  )
  const skipped = { state: 'upstream_failed', tryNumber: 0, startDate: null, endDate: later(6) } as const
  await store.putTaskInstance(null, taskInstance({ ...failed, ...skipped, dagVersion: 2, taskId: 'load' }))

  await store.putTaskInstance(null, taskInstance({ dagId: 'sales', runId: runIdOf(3), dagVersion: 2 }))
}
