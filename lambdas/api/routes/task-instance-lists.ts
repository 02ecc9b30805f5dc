/** Lists of task instances: every task of a run, reached or not; across runs with `~`. */
import { createRoute } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { z } from 'zod'
import { TaskInstanceCollectionResponse, taskStates } from '../contract.ts'
import { type FilterValue, matcher } from '../filters.ts'
import { type OrderTerm, orderTerms, sorted } from '../order.ts'
import {
  instant,
  instantWithOffset,
  many,
  manyIntegers,
  manyOf,
  number,
  pageOf,
  paging,
  pattern,
  queryOf,
  range,
} from '../parameters.ts'
import { notMapped, Refused } from '../problems.ts'
import { type Instance, renderInstance, shownState } from '../render/task-instance.ts'
import { findInstance, instancesAt, instancesOfDags, instancesOfNamed, instancesOfRun } from '../select-instances.ts'
import { bodyPaging } from './dag-runs.ts'
import { answers, anyOne, body, inRun, inTask, type Ports, routes, totalEntries } from './route.ts'

const instanceOrders = [
  'map_index',
  'task_id',
  'state',
  'start_date',
  'end_date',
  'duration',
  'try_number',
  'logical_date',
  'run_after',
  'operator',
] as const
const order = `One or more of ${instanceOrders.join(', ')}; - for descending`
/** How the tables of filters name what the wire calls otherwise. */
const aliases = { pool_name: 'pool', queue_name: 'queue', operator_name: 'operator', run_id: 'dag_run_id' }
/** `none` and `no_status` stand for a task that is not decided. */
const stateFilter = manyOf([...taskStates, 'none', 'no_status'])

const instanceFilters = {
  ...paging,
  ...range('run_after', instant),
  ...range('logical_date', instant),
  ...range('start_date', instant),
  ...range('end_date', instant),
  ...range('duration', number),
  state: stateFilter.optional(),
  pool: many.optional(),
  pool_name_pattern: pattern.optional(),
  queue: many.optional(),
  queue_name_pattern: pattern.optional(),
  version_number: manyIntegers.optional(),
  try_number: manyIntegers.optional(),
  operator: many.optional(),
  operator_name_pattern: pattern.optional(),
  map_index: manyIntegers.optional(),
  order_by: many.optional().openapi({ description: order }),
}
const listQuery = queryOf({
  ...instanceFilters,
  task_id: z.string().optional(),
  task_display_name_pattern: pattern.optional(),
  dag_id_pattern: pattern.optional(),
  run_id_pattern: pattern.optional(),
})
const mappedQuery = queryOf(instanceFilters)
const nothing = queryOf({})

const BatchBody = z
  .strictObject({
    ...bodyPaging,
    ...range('run_after', instantWithOffset),
    ...range('logical_date', instantWithOffset),
    ...range('start_date', instantWithOffset),
    ...range('end_date', instantWithOffset),
    ...range('duration', z.number()),
    dag_ids: z.array(z.string()).nullish(),
    dag_run_ids: z.array(z.string()).nullish(),
    task_ids: z.array(z.string()).nullish(),
    state: z.array(z.enum(taskStates).nullable()).nullish(),
    pool: z.array(z.string()).nullish(),
    queue: z.array(z.string()).nullish(),
    order_by: z.string().nullish().openapi({ description: order }),
  })
  .openapi('TaskInstancesBatchBody')

const tags = ['Task Instance']
const list = '/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances'

const getInstances = createRoute({
  method: 'get',
  path: list,
  operationId: 'get_task_instances',
  tags,
  middleware: listQuery.guard,
  request: { params: inRun, query: listQuery.query },
  responses: answers(TaskInstanceCollectionResponse),
})
const listInstances = createRoute({
  method: 'post',
  path: `${list}/list`,
  operationId: 'get_task_instances_batch',
  tags,
  middleware: nothing.guard,
  request: { params: z.object({ dag_id: z.literal(anyOne), dag_run_id: z.literal(anyOne) }), body: body(BatchBody) },
  responses: answers(TaskInstanceCollectionResponse),
})
const getMappedInstances = createRoute({
  method: 'get',
  path: `${list}/{task_id}/listMapped`,
  operationId: 'get_mapped_task_instances',
  tags,
  middleware: mappedQuery.guard,
  request: { params: inTask, query: mappedQuery.query },
  responses: answers(TaskInstanceCollectionResponse),
})

export const taskInstanceListRoutes = (ports: Ports) =>
  routes()
    .openapi(getInstances, async (c) => {
      const { limit, offset, order_by, ...filters } = c.req.valid('query')
      const terms = orderTerms(order_by ?? [], instanceOrders)
      const instances = await instancesAt(ports.store, ports.lookup, c.req.valid('param'), filters)
      return c.json(showPage(c, instances, terms, filters, pageOf({ limit, offset })), 200)
    })
    .openapi(listInstances, async (c) => {
      const { page_limit, page_offset, order_by, dag_ids, dag_run_ids, task_ids, state, pool, queue, ...rest } =
        c.req.valid('json')
      const terms = orderTerms(order_by == null ? [] : [order_by], instanceOrders)
      const { store, lookup } = ports
      const named = { ...rest, run_id: dag_run_ids ?? undefined }
      const instances =
        dag_ids != null && dag_run_ids != null
          ? await instancesOfNamed(store, lookup, dag_ids, dag_run_ids)
          : await instancesOfDags(store, lookup, dag_ids ?? [], named)
      const states = state?.map((wanted) => wanted ?? 'none')
      const lists = {
        task_id: task_ids ?? undefined,
        state: states,
        pool: pool ?? undefined,
        queue: queue ?? undefined,
      }
      const page = { limit: Math.min(page_limit, 100), offset: page_offset }
      return c.json(showPage(c, instances, terms, { ...rest, ...lists }, page), 200)
    })
    .openapi(getMappedInstances, async (c) => {
      const { limit, offset, order_by, ...filters } = c.req.valid('query')
      const { dag_id, dag_run_id, task_id } = c.req.valid('param')
      const terms = orderTerms(order_by ?? ['map_index'], instanceOrders)
      const dag = await ports.lookup.dag(dag_id)
      const run = await ports.lookup.run({ dagId: dag_id, runId: dag_run_id })
      const all = await instancesOfRun(ports.store, ports.lookup, run, dag)
      const mapped = all.filter((instance) => instance.taskId === task_id && instance.mapIndex >= 0)
      if (mapped.length === 0) {
        await findInstance(ports.store, ports.lookup, { run, dag, taskId: task_id, mapIndex: -1 })
        throw new Refused(notMapped(task_id))
      }
      return c.json(showPage(c, mapped, terms, filters, pageOf({ limit, offset })), 200)
    })

function showPage(
  c: Context,
  instances: readonly Instance[],
  terms: readonly OrderTerm[],
  filters: Readonly<Record<string, FilterValue>>,
  page: { readonly limit: number; readonly offset: number },
) {
  const states = filters.state
  const wanted = Array.isArray(states) ? states.map((state) => (state === 'no_status' ? 'none' : state)) : states
  const matches = matcher({ ...filters, state: wanted }, aliases)
  const found = sorted(
    instances.filter((one) => matches(flatInstance(one))),
    terms,
    flatInstance,
  )
  const task_instances = found.slice(page.offset, page.offset + page.limit).map(renderInstance)
  return { task_instances, total_entries: totalEntries(c, found.length) }
}

function flatInstance({ run, task, record, version, taskId, mapIndex }: Instance) {
  return {
    dag_id: run.dagId,
    dag_run_id: run.runId,
    task_id: taskId,
    task_display_name: taskId,
    map_index: mapIndex,
    state: shownState(record),
    start_date: record?.startDate ?? null,
    end_date: record?.endDate ?? null,
    duration: record?.duration ?? null,
    try_number: record?.tryNumber ?? 0,
    logical_date: run.logicalDate,
    run_after: run.runAfter,
    operator: record?.operator ?? task?.operator ?? null,
    pool: task?.pool ?? null,
    queue: task?.queue ?? null,
    version_number: version?.version ?? null,
  }
}
