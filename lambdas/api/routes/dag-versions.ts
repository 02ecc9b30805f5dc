/** What a DAG version consists of: `/dagVersions`, `/tasks` and `/dagSources`. */
import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import {
  DagSourceResponse,
  DagVersionCollectionResponse,
  DagVersionResponse,
  TaskCollectionResponse,
  TaskResponse,
} from '../contract.ts'
import { matcher } from '../filters.ts'
import { taskIn } from '../lookup.ts'
import { orderTerms, sorted } from '../order.ts'
import { integer, many, pageOf, paging, queryOf } from '../parameters.ts'
import { notAcceptable, Refused } from '../problems.ts'
import { displayName, renderDagVersion } from '../render/dag.ts'
import { renderTask } from '../render/task.ts'
import { answers, inDag, type Ports, routes, totalEntries } from './route.ts'

const versionOrders = ['version_number', 'id', 'bundle_name', 'bundle_version'] as const
const taskOrders = [
  'task_id',
  'task_display_name',
  'owner',
  'operator_name',
  'trigger_rule',
  'retries',
  'pool',
  'queue',
  'priority_weight',
] as const

const nothing = queryOf({})
const versionsQuery = queryOf({
  ...paging,
  version_number: integer.optional(),
  bundle_name: z.string().optional(),
  bundle_version: z.string().optional(),
  order_by: many.optional().openapi({ description: `One or more of ${versionOrders.join(', ')}; - for descending` }),
})
const tasksQuery = queryOf({
  order_by: z
    .string()
    .optional()
    .openapi({ description: `One of ${taskOrders.join(', ')}; - for descending` }),
})
const sourceQuery = queryOf({ version_number: integer.optional() })

const getDagVersions = createRoute({
  method: 'get',
  path: '/dags/{dag_id}/dagVersions',
  operationId: 'get_dag_versions',
  tags: ['DagVersion'],
  middleware: versionsQuery.guard,
  request: { params: inDag, query: versionsQuery.query },
  responses: answers(DagVersionCollectionResponse),
})
const getDagVersion = createRoute({
  method: 'get',
  path: '/dags/{dag_id}/dagVersions/{version_number}',
  operationId: 'get_dag_version',
  tags: ['DagVersion'],
  middleware: nothing.guard,
  request: { params: inDag.extend({ version_number: integer }) },
  responses: answers(DagVersionResponse),
})
const getTasks = createRoute({
  method: 'get',
  path: '/dags/{dag_id}/tasks',
  operationId: 'get_tasks',
  tags: ['Task'],
  middleware: tasksQuery.guard,
  request: { params: inDag, query: tasksQuery.query },
  responses: answers(TaskCollectionResponse),
})
const getTask = createRoute({
  method: 'get',
  path: '/dags/{dag_id}/tasks/{task_id}',
  operationId: 'get_task',
  tags: ['Task'],
  middleware: nothing.guard,
  request: { params: inDag.extend({ task_id: z.string() }) },
  responses: answers(TaskResponse),
})
const sourceAnswers = answers(DagSourceResponse)
const getDagSource = createRoute({
  method: 'get',
  path: '/dagSources/{dag_id}',
  operationId: 'get_dag_source',
  tags: ['DagSource'],
  middleware: sourceQuery.guard,
  request: { params: inDag, query: sourceQuery.query },
  responses: {
    ...sourceAnswers,
    200: { ...sourceAnswers[200], content: { ...sourceAnswers[200].content, 'text/plain': { schema: z.string() } } },
    406: { ...sourceAnswers[404], description: 'Neither JSON nor text is accepted' },
  },
})

export const dagVersionRoutes = (ports: Ports) =>
  routes()
    .openapi(getDagVersions, async (c) => {
      const { limit, offset, order_by, ...filters } = c.req.valid('query')
      const dag = await ports.lookup.dag(c.req.valid('param').dag_id)
      const terms = orderTerms(order_by ?? ['-version_number'], versionOrders)
      const matches = matcher(filters)
      const all = (await ports.store.listDagVersions(dag.dagId)).map((version) => renderDagVersion(dag, version))
      const found = sorted(all.filter(matches), terms, (version) => version)
      const page = pageOf({ limit, offset })
      const dag_versions = found.slice(page.offset, page.offset + page.limit)
      return c.json({ dag_versions, total_entries: totalEntries(c, found.length) }, 200)
    })
    .openapi(getDagVersion, async (c) => {
      const { dag_id, version_number } = c.req.valid('param')
      const dag = await ports.lookup.dag(dag_id)
      return c.json(renderDagVersion(dag, await ports.lookup.knownVersion(dag, version_number)), 200)
    })
    .openapi(getTasks, async (c) => {
      const terms = orderTerms([c.req.valid('query').order_by ?? 'task_id'], taskOrders)
      const manifest = await currentManifest(ports, c.req.valid('param').dag_id)
      const tasks = [...sorted(manifest.tasks.map(renderTask), terms, flatTask)]
      return c.json({ tasks, total_entries: tasks.length }, 200)
    })
    .openapi(getTask, async (c) => {
      const { dag_id, task_id } = c.req.valid('param')
      return c.json(renderTask(taskIn(await currentManifest(ports, dag_id), task_id)), 200)
    })
    .openapi(getDagSource, async (c) => {
      const accept = c.req.header('accept') ?? '*/*'
      const form = acceptedForm(accept)
      if (form === null) throw new Refused(notAcceptable(accept))
      const dag = await ports.lookup.dag(c.req.valid('param').dag_id)
      const wanted = c.req.valid('query').version_number ?? dag.version
      const { source } = await ports.lookup.manifest(await ports.lookup.knownVersion(dag, wanted))
      if (form === 'text') return c.text(source, 200)
      const shown = { content: source, dag_id: dag.dagId, version_number: wanted, dag_display_name: displayName(dag) }
      return c.json(shown, 200)
    })

async function currentManifest({ lookup }: Ports, dagId: string) {
  const dag = await lookup.dag(dagId)
  return lookup.manifest(await lookup.knownVersion(dag, dag.version))
}

const flatTask = (task: ReturnType<typeof renderTask>) => ({
  task_id: task.task_id,
  task_display_name: task.task_display_name,
  owner: task.owner,
  operator_name: task.operator_name,
  trigger_rule: task.trigger_rule,
  retries: task.retries,
  pool: task.pool,
  queue: task.queue,
  priority_weight: task.priority_weight,
})

/** JSON wherever it is accepted: browsers and most clients accept everything. */
function acceptedForm(accept: string): 'json' | 'text' | null {
  const types = accept.split(',').map((part) => part.split(';')[0]!.trim().toLowerCase())
  if (types.some((type) => ['application/json', 'application/*', '*/*', ''].includes(type))) return 'json'
  return types.some((type) => ['text/plain', 'text/*'].includes(type)) ? 'text' : null
}
