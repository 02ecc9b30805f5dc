/** One task instance: its state, its tries, and why it does not run. */
import { createRoute } from '@hono/zod-openapi'
import {
  TaskDependencyCollectionResponse,
  TaskInstanceHistoryCollectionResponse,
  TaskInstanceHistoryResponse,
  TaskInstanceResponse,
} from '../contract.ts'
import { findDependencies } from '../find-dependencies.ts'
import { integer, queryOf } from '../parameters.ts'
import { Refused, unknownTry } from '../problems.ts'
import { type Instance, renderInstance, renderTries } from '../render/task-instance.ts'
import { findInstance } from '../select-instances.ts'
import { answers, inTask, type Ports, routes } from './route.ts'

const indexQuery = queryOf({ map_index: integer.optional() })
const nothing = queryOf({})
const tags = ['Task Instance']
const inIndex = inTask.extend({ map_index: integer })
const one = '/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}'

const getInstance = createRoute({
  method: 'get',
  path: one,
  operationId: 'get_task_instance',
  tags,
  middleware: nothing.guard,
  request: { params: inTask },
  responses: answers(TaskInstanceResponse),
})
const getMappedInstance = createRoute({
  method: 'get',
  path: `${one}/{map_index}`,
  operationId: 'get_mapped_task_instance',
  tags,
  middleware: nothing.guard,
  request: { params: inIndex },
  responses: answers(TaskInstanceResponse),
})
const getDependencies = createRoute({
  method: 'get',
  path: `${one}/dependencies`,
  operationId: 'get_task_instance_dependencies',
  tags,
  middleware: indexQuery.guard,
  request: { params: inTask, query: indexQuery.query },
  responses: answers(TaskDependencyCollectionResponse),
})
const getMappedDependencies = createRoute({
  method: 'get',
  path: `${one}/{map_index}/dependencies`,
  operationId: 'get_task_instance_dependencies_by_map_index',
  tags,
  middleware: nothing.guard,
  request: { params: inIndex },
  responses: answers(TaskDependencyCollectionResponse),
})
const getTries = createRoute({
  method: 'get',
  path: `${one}/tries`,
  operationId: 'get_task_instance_tries',
  tags,
  middleware: indexQuery.guard,
  request: { params: inTask, query: indexQuery.query },
  responses: answers(TaskInstanceHistoryCollectionResponse),
})
const getMappedTries = createRoute({
  method: 'get',
  path: `${one}/{map_index}/tries`,
  operationId: 'get_mapped_task_instance_tries',
  tags,
  middleware: nothing.guard,
  request: { params: inIndex },
  responses: answers(TaskInstanceHistoryCollectionResponse),
})
const getTry = createRoute({
  method: 'get',
  path: `${one}/tries/{task_try_number}`,
  operationId: 'get_task_instance_try_details',
  tags,
  middleware: indexQuery.guard,
  request: { params: inTask.extend({ task_try_number: integer }), query: indexQuery.query },
  responses: answers(TaskInstanceHistoryResponse),
})
const getMappedTry = createRoute({
  method: 'get',
  path: `${one}/{map_index}/tries/{task_try_number}`,
  operationId: 'get_mapped_task_instance_try_details',
  tags,
  middleware: nothing.guard,
  request: { params: inIndex.extend({ task_try_number: integer }) },
  responses: answers(TaskInstanceHistoryResponse),
})

/** Literal paths come before `{map_index}`: the first that fits answers. */
export const taskInstanceRoutes = (ports: Ports) =>
  routes()
    .openapi(getDependencies, async (c) => {
      const at = { ...c.req.valid('param'), map_index: c.req.valid('query').map_index }
      return c.json(await showDependencies(ports, await readInstance(ports, at)), 200)
    })
    .openapi(getTries, async (c) => {
      const at = { ...c.req.valid('param'), map_index: c.req.valid('query').map_index }
      return c.json(showTries(await readInstance(ports, at)), 200)
    })
    .openapi(getTry, async (c) => {
      const at = { ...c.req.valid('param'), map_index: c.req.valid('query').map_index }
      return c.json(showTry(await readInstance(ports, at), at.task_try_number), 200)
    })
    .openapi(getInstance, async (c) => c.json(renderInstance(await readInstance(ports, c.req.valid('param'))), 200))
    .openapi(getMappedDependencies, async (c) =>
      c.json(await showDependencies(ports, await readInstance(ports, c.req.valid('param'))), 200),
    )
    .openapi(getMappedTries, async (c) => c.json(showTries(await readInstance(ports, c.req.valid('param'))), 200))
    .openapi(getMappedTry, async (c) => {
      const at = c.req.valid('param')
      return c.json(showTry(await readInstance(ports, at), at.task_try_number), 200)
    })
    .openapi(getMappedInstance, async (c) =>
      c.json(renderInstance(await readInstance(ports, c.req.valid('param'))), 200),
    )

interface InstanceAt {
  readonly dag_id: string
  readonly dag_run_id: string
  readonly task_id: string
  readonly map_index?: number | undefined
}

async function readInstance({ store, lookup }: Ports, at: InstanceAt): Promise<Instance> {
  const dag = await lookup.dag(at.dag_id)
  const run = await lookup.run({ dagId: at.dag_id, runId: at.dag_run_id })
  return findInstance(store, lookup, { run, dag, taskId: at.task_id, mapIndex: at.map_index ?? -1 })
}

function showTries(instance: Instance) {
  const task_instances = renderTries(instance)
  return { task_instances, total_entries: task_instances.length }
}

function showTry(instance: Instance, tryNumber: number) {
  const tries = renderTries(instance)
  const found = tries.find((one) => one.try_number === tryNumber)
  if (found === undefined) throw new Refused(unknownTry(instance.taskId, tryNumber, tries.at(-1)?.try_number ?? 0))
  return found
}

async function showDependencies(ports: Ports, instance: Instance) {
  return { dependencies: [...(await findDependencies(ports.store, instance))] }
}
