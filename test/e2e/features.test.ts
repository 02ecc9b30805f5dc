/** What DAGs promise, end to end: compiled, run by the local Step Functions with real workers, read back from the records. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startWorld, type World } from '../../local/index.ts'
import { eventually } from '../local/support/eventually.ts'
import { type ApiTask, apiAt } from './support/api.ts'
import { featureDags } from './support/feature-dags.ts'
import { makeProject } from './support/project.ts'

const project = makeProject()
const running: { world?: World } = {}
const api = () => apiAt(running.world!.apiUrl)
const flag = (dagId: string) => writeFileSync(join(project.projectDir, `side-effects.txt.${dagId}`), '')
const runOf = (runId: string) => project.sideEffects().filter((line) => line.startsWith(`${runId} `))

beforeAll(async () => {
  for (const [name, source] of Object.entries(featureDags)) project.write(`${name}.ts`, source)
  running.world = await startWorld({
    projectDir: project.projectDir,
    dagsPath: project.dagsDir,
    stateDir: project.stateDir,
    port: 0,
    schedules: false,
    watch: false,
    report: () => {},
  })
}, 120_000)
afterAll(async () => {
  await running.world?.close()
  project.remove()
})

async function run(dagId: string): Promise<{ runId: string; state: string; tasks: Record<string, string | null> }> {
  const { dag_run_id: runId } = await api().trigger(dagId)
  const { state } = await api().ended(dagId, runId)
  return { runId, state, tasks: await states(dagId, runId) }
}

async function states(dagId: string, runId: string): Promise<Record<string, string | null>> {
  const path = `/dags/${dagId}/dagRuns/${encodeURIComponent(runId)}/taskInstances?limit=100`
  const { task_instances: tasks }: { task_instances: readonly ApiTask[] } = await api().get(path)
  return Object.fromEntries(tasks.map(({ task_id, state }) => [task_id, state]))
}

const taskState = (dagId: string, runId: string, taskId: string, wanted: string) =>
  eventually(
    async () => (await states(dagId, runId))[taskId],
    (state) => state === wanted,
    40_000,
  )

it('compiles every feature without a problem', () => {
  expect(running.world!.problems).toEqual([])
  expect(running.world!.dagIds).toEqual(Object.keys(featureDags).sort())
})

it('maps over a few, over many in a Distributed Map, and over nothing', { timeout: 90_000 }, async () => {
  const { state, runId, tasks } = await run('mapped')
  expect([state, tasks.nothing]).toEqual(['success', 'skipped'])
  const path = `/dags/mapped/dagRuns/${encodeURIComponent(runId)}/taskInstances/total/xcomEntries/return_value`
  const { value } = await api().get(path)
  expect(typeof value === 'string' ? JSON.parse(value) : value).toEqual({ a: [2, 4, 6], sum: 45 * 23 })
})

it('a sensor is asked until it answers; one that gives up softly is skipped', {
  timeout: 90_000,
}, async () => {
  const { dag_run_id: runId } = await api().trigger('sensing')
  await taskState('sensing', runId, 'never', 'skipped')
  expect((await states('sensing', runId)).after ?? null).toBeNull()
  flag('sensing')
  expect((await api().ended('sensing', runId)).state).toBe('success')
  expect(await states('sensing', runId)).toMatchObject({ ready: 'success', after: 'success', skipped: 'skipped' })
})

it('a run that fails fast ends with its first failure, and starts nothing more', {
  timeout: 90_000,
}, async () => {
  const { runId, state, tasks } = await run('fail_fast')
  expect([state, tasks.bad]).toEqual(['failed', 'failed'])
  expect(tasks.after).not.toBe('success')
  expect(runOf(runId)).not.toContain(`${runId} later`)
})

it('a drained run lets run what runs and starts nothing more', { timeout: 90_000 }, async () => {
  const { runId, state, tasks } = await run('drain')
  expect([state, tasks.slow]).toEqual(['failed', 'success'])
  expect(runOf(runId)).not.toContain(`${runId} after`)
})

it('early rules fire early, all_done waits, and what cannot run is upstream_failed', {
  timeout: 90_000,
}, async () => {
  const { runId, state, tasks } = await run('early')
  expect(state).toBe('failed')
  expect(tasks).toMatchObject({ alert: 'success', any: 'success', last: 'success', never: 'upstream_failed' })
  const order = runOf(runId).map((line) => line.split(' ')[1])
  expect(new Set(order)).toEqual(new Set(['bad', 'slow', 'alert', 'any', 'last']))
  expect(order).toHaveLength(5)
})

it('a teardown cleans up after a failure', { timeout: 90_000 }, async () => {
  const { state, tasks } = await run('cleaned')
  expect([state, tasks]).toMatchObject(['failed', { create: 'success', use: 'failed', remove: 'success' }])
})

it('a branch is taken, the other skipped, and both join', { timeout: 90_000 }, async () => {
  const { state, tasks } = await run('branching')
  expect([state, tasks]).toMatchObject(['success', { yes: 'success', no: 'skipped', join: 'success' }])
})

it('a run waits for the run of another DAG', { timeout: 90_000 }, async () => {
  const { state, tasks } = await run('parent')
  expect([state, tasks]).toMatchObject(['success', { good: 'success', after: 'success' }])
  expect((await api().runs('child')).map((one) => one.state)).toEqual(['success'])
})

it('a person lets a run go on', { timeout: 90_000 }, async () => {
  const { dag_run_id: runId } = await api().trigger('signed')
  await taskState('signed', runId, 'sign', 'deferred')
  const answer = { chosen_options: ['Approve'], params_input: {} }
  await api().patch(`/dags/signed/dagRuns/${encodeURIComponent(runId)}/taskInstances/sign/-1/hitlDetails`, answer)
  expect((await api().ended('signed', runId)).state).toBe('success')
  expect(await states('signed', runId)).toMatchObject({ sign: 'success', ship: 'success' })
})

it('a task that takes too long fails', { timeout: 90_000 }, async () => {
  const { state, tasks } = await run('slow')
  expect([state, tasks]).toMatchObject(['failed', { late: 'failed' }])
})
