/**
 * The HTTP API: Airflow's REST API v2 (a subset) over a run store and a launcher. It knows no platform: the local world
 * serves it on loopback, on AWS `handler.ts` puts it behind API Gateway.
 */
import { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { LaunchAnswer, LaunchRequest, RunStore } from '../../run-model/index.ts'
import type { CompletionPorts } from '../arrival/index.ts'
import { answerError, answerProblem } from './answer-error.ts'
import type { Health } from './contract.ts'
import { createLookup } from './lookup.ts'
import { bodyTooLarge } from './problems.ts'
import { remember } from './remember.ts'
import { authRoutes } from './routes/auth.ts'
import { dagRunRoutes } from './routes/dag-runs.ts'
import { dagVersionRoutes } from './routes/dag-versions.ts'
import { dagRoutes } from './routes/dags.ts'
import { deferredRoutes } from './routes/deferred.ts'
import { hitlRoutes } from './routes/hitl.ts'
import { answerNotFound, missingRoutes, operationKey } from './routes/missing.ts'
import { monitorRoutes } from './routes/monitor.ts'
import type { Ports, User } from './routes/route.ts'
import { taskInstanceListRoutes } from './routes/task-instance-lists.ts'
import { taskInstanceRoutes } from './routes/task-instances.ts'
import { xcomRoutes } from './routes/xcoms.ts'

export { loopbackOnly } from './loopback-only.ts'

export interface ApiOptions {
  readonly store: RunStore
  /** Asks the launcher; its refusals become answers, its failures 500. */
  readonly launch: (request: LaunchRequest) => Promise<LaunchAnswer>
  /** Step Functions' side of tasks that wait. */
  readonly tokens: {
    readonly release: CompletionPorts['releaseToken']
    /** False: nobody waits for the token. */
    readonly heartbeat: (token: string) => Promise<boolean>
  }
  /** Lambda's side of tasks that wait at their gates. */
  readonly wake: CompletionPorts['wake']
  /** Who calls, as the one says who stands before the API. @default an anonymous user */
  readonly userOf?: (c: Context) => User
  readonly now: () => Date
  /** Version of stepdag, for `GET /version`. */
  readonly version: string
  /** What `/monitor/health` says beside the store, which the app asks itself. */
  readonly health: () => Promise<Omit<Health, 'metadatabase'>>
  /** Makes the token that `POST /auth/token` answers. @default no such route: an authorizer stands before the API */
  readonly issueToken?: (username: string) => string
  /** Hears of bugs; the answer carries only `reference`. @default prints to stderr */
  readonly report?: (reference: string, error: unknown) => void
}

const base = '/api/v2'
/** Operations that Airflow lacks. */
const ownBase = '/api/stepdag/v1'
const largestBodyKib = 256

/**
 * The whole API as a hono app. Put guards before it, for example on a loopback server:
 * @example
 * const served = new Hono().use(loopbackOnly()).all('*', (c) => app.fetch(c.req.raw))
 */
export function createApp(options: ApiOptions): OpenAPIHono {
  const ports: Ports = {
    userOf: () => ({ id: 'anonymous', name: 'anonymous' }),
    ...options,
    lookup: createLookup(options.store),
    heartbeat: options.tokens.heartbeat,
    completion: completionPorts(options),
  }
  // Lists and XComs come before single task instances: their words would be read as a `{map_index}` otherwise.
  const resources = [
    monitorRoutes,
    dagRoutes,
    dagVersionRoutes,
    dagRunRoutes,
    taskInstanceListRoutes,
    xcomRoutes,
    hitlRoutes,
    taskInstanceRoutes,
  ]
  const routers = resources.map((routesOf) => routesOf(ports))
  const implemented = new Set(routers.flatMap(operationsOf))

  const app = new OpenAPIHono()
  app.use(bodyLimit({ maxSize: largestBodyKib * 1024, onError: (c) => answerProblem(c, bodyTooLarge(largestBodyKib)) }))
  app.route(base, missingRoutes(implemented))
  for (const router of routers) app.route(base, router)
  app.route(ownBase, deferredRoutes(ports))
  if (options.issueToken !== undefined) app.route('/', authRoutes(options.issueToken))
  app.get('/openapi.json', (c) => c.json(openApiDocument(app, options.version)))
  app.notFound(answerNotFound(base, implemented))
  app.onError(answerError(options.report ?? ((reference, error) => console.error(reference, error))))
  return app
}

/** The OpenAPI 3.1 document of an app. */
export function openApiDocument(app: OpenAPIHono, version: string) {
  const description =
    'The part of the REST API v2 of Apache Airflow 3.2 that stepdag answers. [+] marks what Airflow lacks.'
  return app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 'stepdag', version, description } })
}

function completionPorts({ store, tokens, wake, now }: ApiOptions): CompletionPorts {
  const wirings = remember(50, async (dagId: string, planHash: string) => {
    const manifest = await store.getManifestByPlan(dagId, planHash)
    if (!manifest) throw new Error(`no deployment of DAG ${dagId} has plan ${planHash}`)
    return manifest.wiring
  })
  return { store, releaseToken: tokens.release, wake, loadWiring: wirings, now: () => now().getTime() }
}

function operationsOf(router: OpenAPIHono): readonly string[] {
  return router.openAPIRegistry.definitions.flatMap((definition) =>
    definition.type === 'route' ? [operationKey(definition.route.method, definition.route.path)] : [],
  )
}
