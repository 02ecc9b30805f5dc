/** `/dags`: lists, single DAGs, pause and unpause. */
import { createRoute } from '@hono/zod-openapi'
import type { DagRecord } from '../../../run-model/index.ts'
import { DagCollectionResponse, DagDetailsResponse, DagPatchBody, DagResponse } from '../contract.ts'
import { matcher } from '../filters.ts'
import { nextRun } from '../next-run.ts'
import { orderTerms, sorted } from '../order.ts'
import { flag, many, manyOf, pageOf, paging, pattern, queryOf } from '../parameters.ts'
import { dagPatternRequired, Refused, unsupportedField } from '../problems.ts'
import { bundleName, renderDag, renderDagDetails } from '../render/dag.ts'
import { answers, body, inDag, type Ports, routes, totalEntries } from './route.ts'

const filters = {
  tags: many.optional(),
  tags_match_mode: manyOf(['any', 'all']).optional(),
  owners: many.optional(),
  dag_id_pattern: pattern.optional(),
  exclude_stale: flag.optional().openapi({ default: true }),
  paused: flag.optional(),
}
const dagOrders = ['dag_id', 'dag_display_name', 'next_dagrun'] as const
const listQuery = queryOf({
  ...paging,
  ...filters,
  dag_display_name_pattern: pattern.optional(),
  has_import_errors: flag.optional(),
  bundle_name: many.optional(),
  order_by: many.optional().openapi({ description: `One or more of ${dagOrders.join(', ')}; - for descending` }),
})
const maskQuery = queryOf({ update_mask: many.optional() })
const patchQuery = queryOf({ ...paging, ...filters, update_mask: many.optional() })
const nothing = queryOf({})
const tags = ['DAG']

const getDags = createRoute({
  method: 'get',
  path: '/dags',
  operationId: 'get_dags',
  tags,
  middleware: listQuery.guard,
  request: { query: listQuery.query },
  responses: answers(DagCollectionResponse),
})
const patchDags = createRoute({
  method: 'patch',
  path: '/dags',
  operationId: 'patch_dags',
  tags,
  middleware: patchQuery.guard,
  request: { query: patchQuery.query, body: body(DagPatchBody) },
  responses: answers(DagCollectionResponse),
})
const getDag = createRoute({
  method: 'get',
  path: '/dags/{dag_id}',
  operationId: 'get_dag',
  tags,
  middleware: nothing.guard,
  request: { params: inDag },
  responses: answers(DagResponse),
})
const patchDag = createRoute({
  method: 'patch',
  path: '/dags/{dag_id}',
  operationId: 'patch_dag',
  tags,
  middleware: maskQuery.guard,
  request: { params: inDag, query: maskQuery.query, body: body(DagPatchBody) },
  responses: answers(DagResponse),
})
const getDagDetails = createRoute({
  method: 'get',
  path: '/dags/{dag_id}/details',
  operationId: 'get_dag_details',
  tags,
  middleware: nothing.guard,
  request: { params: inDag },
  responses: answers(DagDetailsResponse),
})

export const dagRoutes = (ports: Ports) =>
  routes()
    .openapi(getDags, async (c) => {
      const { limit, offset, order_by, ...wanted } = c.req.valid('query')
      const found = await findDags(ports, wanted, order_by ?? ['dag_id'])
      const page = pageOf({ limit, offset })
      const dags = await showAll(ports, found.slice(page.offset, page.offset + page.limit))
      return c.json({ dags, total_entries: totalEntries(c, found.length) }, 200)
    })
    .openapi(patchDags, async (c) => {
      const { limit, offset, update_mask, ...wanted } = c.req.valid('query')
      checkMask(update_mask)
      if (wanted.dag_id_pattern === undefined) throw new Refused(dagPatternRequired())
      const found = await findDags(ports, wanted, ['dag_id'])
      const page = pageOf({ limit, offset })
      const chosen = found.slice(page.offset, page.offset + page.limit)
      const paused = c.req.valid('json').is_paused
      const changed = await Promise.all(chosen.map((dag) => setPaused(ports, dag, paused)))
      return c.json({ dags: await showAll(ports, changed), total_entries: totalEntries(c, found.length) }, 200)
    })
    .openapi(getDag, async (c) => {
      const dag = await ports.lookup.dag(c.req.valid('param').dag_id)
      return c.json(await show(ports, dag), 200)
    })
    .openapi(patchDag, async (c) => {
      checkMask(c.req.valid('query').update_mask)
      const dag = await ports.lookup.dag(c.req.valid('param').dag_id)
      return c.json(await show(ports, await setPaused(ports, dag, c.req.valid('json').is_paused)), 200)
    })
    .openapi(getDagDetails, async (c) => {
      const dag = await ports.lookup.dag(c.req.valid('param').dag_id)
      const [version, openRuns] = await Promise.all([
        ports.lookup.version(dag.dagId, dag.version),
        ports.store.listOpenRuns(dag.dagId),
      ])
      return c.json(renderDagDetails(dag, version, nextRun(dag, ports.now()), openRuns), 200)
    })

interface DagFilters {
  readonly tags?: readonly string[] | undefined
  readonly tags_match_mode?: readonly string[] | undefined
  readonly owners?: readonly string[] | undefined
  readonly dag_id_pattern?: string | undefined
  readonly dag_display_name_pattern?: string | undefined
  readonly exclude_stale?: boolean | undefined
  readonly paused?: boolean | undefined
  readonly has_import_errors?: boolean | undefined
  readonly bundle_name?: readonly string[] | undefined
}

async function findDags(ports: Ports, filters: DagFilters, orderBy: readonly string[]): Promise<readonly DagRecord[]> {
  const terms = orderTerms(orderBy, dagOrders)
  const { tags, tags_match_mode, owners, exclude_stale, paused, ...rest } = filters
  const matches = matcher({ ...rest, is_paused: paused })
  const found = (await ports.store.listDags()).filter(
    (dag) =>
      (exclude_stale === false || !dag.isStale) &&
      (tags === undefined || hasTags(dag, tags, tags_match_mode?.[0] === 'all')) &&
      (owners === undefined || owners.some((owner) => dag.options.owners.includes(owner))) &&
      matches(flatDag(dag, ports.now())),
  )
  return sorted(found, terms, (dag) => flatDag(dag, ports.now()))
}

function hasTags(dag: DagRecord, tags: readonly string[], mustHaveAll: boolean): boolean {
  const has = (tag: string) => dag.options.tags.includes(tag)
  return mustHaveAll ? tags.every(has) : tags.some(has)
}

const flatDag = (dag: DagRecord, now: Date) => ({
  dag_id: dag.dagId,
  dag_display_name: dag.options.dagDisplayName ?? dag.dagId,
  is_paused: dag.isPaused,
  has_import_errors: false,
  bundle_name: bundleName,
  next_dagrun: nextRun(dag, now).runAfter,
})

async function show(ports: Ports, dag: DagRecord) {
  return renderDag(dag, await ports.lookup.version(dag.dagId, dag.version), nextRun(dag, ports.now()))
}

const showAll = (ports: Ports, dags: readonly DagRecord[]) => Promise.all(dags.map((dag) => show(ports, dag)))

function checkMask(mask: readonly string[] | undefined): void {
  const other = mask?.find((field) => field !== 'is_paused')
  if (other === undefined) return
  const why = 'everything else about a DAG comes from its file'
  throw new Refused(unsupportedField(`update_mask=${other}`, why, 'send update_mask=is_paused, or leave it out'))
}

/**
 * Sets the flag, then lets the launcher start what waited for it. Both may be repeated: the planner starts nothing
 * twice, so a caller whose answer was lost simply sends the same PATCH again.
 */
async function setPaused(ports: Ports, dag: DagRecord, isPaused: boolean): Promise<DagRecord> {
  const changed = (await ports.store.setPaused(dag.dagId, isPaused)) ?? { ...dag, isPaused }
  if (!isPaused && !changed.isStale) await ports.launch({ kind: 'plan', dagId: dag.dagId })
  return changed
}
