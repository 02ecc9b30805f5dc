/** `…/xcomEntries`: what tasks pushed. */
import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { didYouMean } from '../../../run-model/index.ts'
import { XComCollectionResponse, XComValueResponse } from '../contract.ts'
import { type FilterValue, matcher } from '../filters.ts'
import { flag, instant, integer, pageOf, paging, pattern, queryOf, range } from '../parameters.ts'
import { Refused, unknownXcom, windowTooWide } from '../problems.ts'
import type { Instance } from '../render/task-instance.ts'
import { renderXCom, xcomValue } from '../render/xcom.ts'
import { findInstance, instancesAt } from '../select-instances.ts'
import { answers, anyOne, inTask, type Ports, routes, totalEntries } from './route.ts'

/** Most task instances whose entries one request reads: each costs a query. */
const windowInstances = 200

const listQuery = queryOf({
  ...paging,
  ...range('run_after', instant),
  ...range('logical_date', instant),
  xcom_key: z.string().optional(),
  xcom_key_pattern: pattern.optional(),
  task_id_pattern: pattern.optional(),
  run_id_pattern: pattern.optional(),
  dag_display_name_pattern: pattern.optional(),
  map_index: integer.optional(),
  map_index_filter: integer.optional(),
})
const entryQuery = queryOf({
  map_index: integer.optional(),
  deserialize: flag.optional().openapi({ default: false }),
  stringify: flag.optional().openapi({ default: false }),
})
const path = '/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/xcomEntries'
const tags = ['XCom']

const getEntries = createRoute({
  method: 'get',
  path,
  operationId: 'get_xcom_entries',
  tags,
  middleware: listQuery.guard,
  request: { params: inTask, query: listQuery.query },
  responses: answers(XComCollectionResponse),
})
const getEntry = createRoute({
  method: 'get',
  path: `${path}/{xcom_key}`,
  operationId: 'get_xcom_entry',
  tags,
  middleware: entryQuery.guard,
  request: { params: inTask.extend({ xcom_key: z.string() }), query: entryQuery.query },
  responses: answers(XComValueResponse),
})

export const xcomRoutes = (ports: Ports) =>
  routes()
    .openapi(getEntries, async (c) => {
      const { limit, offset, xcom_key, xcom_key_pattern, map_index_filter, ...filters } = c.req.valid('query')
      const matches = matcher({
        ...filters,
        key: xcom_key,
        key_pattern: xcom_key_pattern,
        map_index: map_index_filter ?? filters.map_index,
      })
      const entries = (await readEntries(ports, c.req.valid('param'), filters)).filter(matches)
      const page = pageOf({ limit, offset })
      const xcom_entries = entries.slice(page.offset, page.offset + page.limit)
      return c.json({ xcom_entries, total_entries: totalEntries(c, entries.length) }, 200)
    })
    .openapi(getEntry, async (c) => {
      const { dag_id, dag_run_id, task_id, xcom_key } = c.req.valid('param')
      const { map_index = -1, deserialize = false, stringify = false } = c.req.valid('query')
      const dag = await ports.lookup.dag(dag_id)
      const run = await ports.lookup.run({ dagId: dag_id, runId: dag_run_id })
      const entry = await ports.store.getXCom(run, task_id, xcom_key, map_index)
      if (entry !== null) {
        return c.json({ ...renderXCom(entry, run, dag), value: xcomValue(entry, deserialize, stringify) }, 200)
      }
      await findInstance(ports.store, ports.lookup, { run, dag, taskId: task_id, mapIndex: map_index })
      const keys = (await ports.store.listXComs(run, task_id, map_index)).map((one) => one.key)
      throw new Refused(unknownXcom(task_id, xcom_key, didYouMean(xcom_key, keys)))
    })

interface EntriesAt {
  readonly dag_id: string
  readonly dag_run_id: string
  readonly task_id: string
}

async function readEntries(ports: Ports, at: EntriesAt, filters: Readonly<Record<string, FilterValue>>) {
  const instances = await readInstances(ports, at, filters)
  const reached = instances.filter((one) => one.record !== null)
  if (reached.length > windowInstances) throw new Refused(windowTooWide('task instances', windowInstances))
  const lists = reached.map(async ({ run, dag, taskId, mapIndex }) => {
    const entries = await ports.store.listXComs(run, taskId, mapIndex)
    return entries.map((entry) => renderXCom(entry, run, dag))
  })
  return (await Promise.all(lists)).flat()
}

async function readInstances(
  { store, lookup }: Ports,
  at: EntriesAt,
  filters: Readonly<Record<string, FilterValue>>,
): Promise<readonly Instance[]> {
  const all = await instancesAt(store, lookup, at, filters)
  if (at.task_id === anyOne) return all
  const found = all.filter((one) => one.taskId === at.task_id)
  const first = all[0]
  if (found.length > 0 || first === undefined || at.dag_id === anyOne || at.dag_run_id === anyOne) return found
  const { run, dag } = first
  return [await findInstance(store, lookup, { run, dag, taskId: at.task_id, mapIndex: -1 })]
}
