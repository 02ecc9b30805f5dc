/** `/dags/{dag_id}/dagRuns`: lists, single runs, and the trigger. */
import { createRoute } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { z } from 'zod'
import type { Run, TriggerRequest } from '../../../run-model/index.ts'
import { DagRunCollectionResponse, DagRunResponse, runStates, runTypes, TriggerDagRunPostBody } from '../contract.ts'
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
import { Refused, unsupportedField } from '../problems.ts'
import { renderDagRun } from '../render/dag-run.ts'
import { type RunSelection, runOrders, type Selected, selectRuns } from '../select-runs.ts'
import { answers, anyOne, body, inDag, inRun, type Ports, routes, totalEntries } from './route.ts'

const order = `One or more of ${runOrders.join(', ')}; - for descending`
const listQuery = queryOf({
  ...paging,
  ...range('run_after', instant),
  ...range('logical_date', instant),
  ...range('start_date', instant),
  ...range('end_date', instant),
  ...range('duration', number),
  run_type: manyOf(runTypes).optional(),
  state: manyOf(runStates).optional(),
  dag_version: manyIntegers.optional(),
  bundle_version: z.string().optional(),
  run_id_pattern: pattern.optional(),
  dag_id_pattern: pattern.optional(),
  order_by: many.optional().openapi({ description: order }),
})
const nothing = queryOf({})

/** Airflow's bodies page with other names and a larger default. */
export const bodyPaging = {
  page_limit: z.number().int().min(0).default(100),
  page_offset: z.number().int().min(0).default(0),
}
const BatchBody = z
  .strictObject({
    ...bodyPaging,
    ...range('run_after', instantWithOffset),
    ...range('logical_date', instantWithOffset),
    ...range('start_date', instantWithOffset),
    ...range('end_date', instantWithOffset),
    ...range('duration', z.number()),
    dag_ids: z.array(z.string()).nullish(),
    states: z.array(z.enum(runStates)).nullish(),
    order_by: z.string().nullish().openapi({ description: order }),
  })
  .openapi('DAGRunsBatchBody')

const tags = ['DagRun']
const getDagRuns = createRoute({
  method: 'get',
  path: '/dags/{dag_id}/dagRuns',
  operationId: 'get_dag_runs',
  tags,
  middleware: listQuery.guard,
  request: { params: inDag, query: listQuery.query },
  responses: answers(DagRunCollectionResponse),
})
const listDagRuns = createRoute({
  method: 'post',
  path: '/dags/{dag_id}/dagRuns/list',
  operationId: 'get_list_dag_runs_batch',
  tags,
  middleware: nothing.guard,
  request: { params: z.object({ dag_id: z.literal(anyOne) }), body: body(BatchBody) },
  responses: answers(DagRunCollectionResponse),
})
const triggerDagRun = createRoute({
  method: 'post',
  path: '/dags/{dag_id}/dagRuns',
  operationId: 'trigger_dag_run',
  tags,
  middleware: nothing.guard,
  request: { params: inDag, body: body(TriggerDagRunPostBody) },
  responses: answers(DagRunResponse),
})
const getDagRun = createRoute({
  method: 'get',
  path: '/dags/{dag_id}/dagRuns/{dag_run_id}',
  operationId: 'get_dag_run',
  tags,
  middleware: nothing.guard,
  request: { params: inRun },
  responses: answers(DagRunResponse),
})

export const dagRunRoutes = (ports: Ports) =>
  routes()
    .openapi(getDagRuns, async (c) => {
      const { limit, offset, order_by, state, run_after_gte, run_after_gt, run_after_lte, run_after_lt, ...others } =
        c.req.valid('query')
      const { dag_id } = c.req.valid('param')
      if (dag_id !== anyOne) await ports.lookup.dag(dag_id)
      return c.json(
        await listRuns(c, ports, {
          dagIds: dag_id === anyOne ? [] : [dag_id],
          states: state ?? [],
          runAfter: { run_after_gte, run_after_gt, run_after_lte, run_after_lt },
          others,
          orderBy: order_by ?? [],
          ...pageOf({ limit, offset }),
        }),
        200,
      )
    })
    .openapi(listDagRuns, async (c) => {
      const { page_limit, page_offset, order_by, states, dag_ids, ...rest } = c.req.valid('json')
      const { run_after_gte, run_after_gt, run_after_lte, run_after_lt, ...others } = rest
      return c.json(
        await listRuns(c, ports, {
          dagIds: dag_ids ?? [],
          states: states ?? [],
          runAfter: { run_after_gte, run_after_gt, run_after_lte, run_after_lt },
          others,
          orderBy: order_by == null ? [] : [order_by],
          limit: Math.min(page_limit, 100),
          offset: page_offset,
        }),
        200,
      )
    })
    .openapi(triggerDagRun, async (c) => {
      const dag = await ports.lookup.dag(c.req.valid('param').dag_id)
      const answer = await ports.launch(triggerRequest(dag.dagId, c.req.valid('json')))
      if (answer.kind === 'refused') {
        const { kind, ...problem } = answer
        throw new Refused(problem)
      }
      const [run] = answer.runs
      if (run === undefined) throw new Error(`the launcher answered no run for the trigger of ${dag.dagId}`)
      return c.json(renderDagRun(run, dag, await ports.lookup.versionOf(run)), 200)
    })
    .openapi(getDagRun, async (c) => {
      const { dag_id, dag_run_id } = c.req.valid('param')
      const dag = await ports.lookup.dag(dag_id)
      const run = await ports.lookup.run({ dagId: dag_id, runId: dag_run_id })
      return c.json(renderDagRun(run, dag, await ports.lookup.versionOf(run)), 200)
    })

async function listRuns(c: Context, ports: Ports, selection: RunSelection) {
  const found = await selectRuns(ports.store, selection)
  return { dag_runs: await showRuns(ports, found), total_entries: totalEntries(c, found.total) }
}

async function showRuns(ports: Ports, found: Selected<Run>) {
  const dags = await ports.lookup.dags(found.items.map((run) => run.dagId))
  const shown = found.items.map(async (run) => {
    const dag = dags.get(run.dagId)
    return dag === undefined ? [] : [renderDagRun(run, dag, await ports.lookup.versionOf(run))]
  })
  return (await Promise.all(shown)).flat()
}

/** The launcher checks what the values mean; here only what a `TriggerRequest` cannot say is refused. */
function triggerRequest(dagId: string, wanted: z.output<typeof TriggerDagRunPostBody>): TriggerRequest {
  if (wanted.partition_key != null) {
    throw new Refused(unsupportedField('partition_key', 'partitions come later', 'put the value into conf'))
  }
  const { dag_run_id: runId, data_interval_start: start, data_interval_end: end, run_after: runAfter } = wanted
  return {
    kind: 'trigger',
    dagId,
    ...(runId == null ? {} : { runId }),
    logicalDate: wanted.logical_date ?? null,
    dataInterval: start == null || end == null ? null : { start, end },
    ...(runAfter == null ? {} : { runAfter }),
    conf: wanted.conf ?? {},
    note: wanted.note ?? null,
    triggeredBy: 'rest_api',
  }
}
