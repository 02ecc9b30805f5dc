import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { airflowSurface } from '../../lambdas/api/airflow-surface.ts'
import { writeOpenApi } from '../../lambdas/api/write-openapi.ts'
import { type ApiWorld, startApiWorld } from './api-world.ts'

interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> }
}
interface Operation {
  readonly operationId: string
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[]
  readonly responses: Readonly<Record<string, unknown>>
}

let world: ApiWorld
let document: Document
beforeAll(async () => {
  world = await startApiWorld()
  document = (await (await world.app.request('/openapi.json')).json()) as Document
})
afterAll(() => world.close())

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
  )

test('the document names every operation that is answered', () => {
  expect(document.openapi).toBe('3.1.0')
  expect(
    operations()
      .map(({ operationId }) => operationId)
      .sort(),
  ).toEqual([
    'complete_deferred_task',
    'create_token',
    'get_dag',
    'get_dag_details',
    'get_dag_run',
    'get_dag_runs',
    'get_dag_source',
    'get_dag_version',
    'get_dag_versions',
    'get_dags',
    'get_health',
    'get_hitl_detail',
    'get_hitl_detail_try_detail',
    'get_hitl_details',
    'get_list_dag_runs_batch',
    'get_mapped_task_instance',
    'get_mapped_task_instance_tries',
    'get_mapped_task_instance_try_details',
    'get_mapped_task_instances',
    'get_task',
    'get_task_instance',
    'get_task_instance_dependencies',
    'get_task_instance_dependencies_by_map_index',
    'get_task_instance_tries',
    'get_task_instance_try_details',
    'get_task_instances',
    'get_task_instances_batch',
    'get_tasks',
    'get_version',
    'get_xcom_entries',
    'get_xcom_entry',
    'heartbeat_of_deferred_task',
    'patch_dag',
    'patch_dags',
    'trigger_dag_run',
    'update_hitl_detail',
  ])
})

test('every operation is one of Airflow, at its path', () => {
  const own = '/api/stepdag/v1/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/{map_index}'
  const airflow = airflowSurface.map(({ method, path }) => `${method} /api/v2${path}`)
  const ours = operations().map(({ method, path }) => `${method} ${path}`)
  expect(ours.filter((one) => !airflow.includes(one))).toEqual([
    `POST ${own}/complete`,
    `POST ${own}/heartbeat`,
    'POST /auth/token',
  ])
})

test('every parameter of a path is described, and every reference leads somewhere', () => {
  for (const { path, parameters = [] } of operations()) {
    const inPath = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)
    expect([path, inPath.sort()]).toEqual([path, [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!).sort()])
  }
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)]
  expect(references.length).toBeGreaterThan(50)
  for (const [, name] of references) expect(document.components.schemas).toHaveProperty(name!)
})

test('the document can be written to a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stepdag-openapi-'))
  try {
    await writeOpenApi(world.app, '9.9.9', join(folder, 'openapi.json'))
    expect(JSON.parse(await readFile(join(folder, 'openapi.json'), 'utf8'))).toEqual(document)
  } finally {
    await rm(folder, { recursive: true })
  }
})
