/** `/version` and `/monitor/health`. */
import { createRoute } from '@hono/zod-openapi'
import { HealthInfoResponse, VersionInfo } from '../contract.ts'
import { queryOf } from '../parameters.ts'
import { answers, type Ports, routes } from './route.ts'

const nothing = queryOf({})

const getVersion = createRoute({
  method: 'get',
  path: '/version',
  operationId: 'get_version',
  tags: ['Version'],
  middleware: nothing.guard,
  responses: answers(VersionInfo),
})

const getHealth = createRoute({
  method: 'get',
  path: '/monitor/health',
  operationId: 'get_health',
  tags: ['Monitor'],
  responses: answers(HealthInfoResponse),
})

export const monitorRoutes = (ports: Ports) =>
  routes()
    .openapi(getVersion, (c) => c.json({ version: ports.version, git_version: null }, 200))
    .openapi(getHealth, async (c) => {
      const [metadatabase, others] = await Promise.all([checkStore(ports), ports.health()])
      return c.json({ metadatabase, ...others }, 200)
    })

/** Any read shows whether the table answers; no DAG can have this id. */
async function checkStore({ store }: Ports) {
  const status = await store.getDag('~').then(
    () => 'healthy' as const,
    () => 'unhealthy' as const,
  )
  return { status }
}
