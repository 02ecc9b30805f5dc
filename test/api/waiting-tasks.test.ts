/** Tasks that wait for an answer, over HTTP: people's through Airflow's hitlDetails, outside work's by a route of our own. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { HumanRequest, TaskInstance } from '../../run-model/index.ts'
import { later, taskInstance } from '../support/runs.ts'
import { type ApiWorld, now, runIdOf, startApiWorld } from './api-world.ts'

let world: ApiWorld
beforeAll(async () => {
  world = await startApiWorld()
})
afterAll(() => world.close())
beforeEach(() => void world.told.splice(0))

const run = { dagId: 'sales', runId: runIdOf(3) }
const at = `/dags/sales/dagRuns/${encodeURIComponent(run.runId)}`
const human: HumanRequest = {
  subject: 'Release the report?',
  body: '7 rows',
  options: ['Approve', 'Reject'],
  defaults: null,
  multiple: false,
  assignees: [],
  onReject: null,
  createdAt: later(2),
  response: null,
}

let index = 0
/** A record of its own for each test: instance after instance of `load`. */
async function waiting(fields: Partial<TaskInstance>): Promise<{ path: string; mapIndex: number; token: string }> {
  const mapIndex = index++
  const token = `token-${mapIndex}`
  const record = taskInstance({
    ...run,
    taskId: 'load',
    mapIndex,
    dagVersion: 2,
    wait: { id: `request-${mapIndex}`, token, deadline: null },
    ...fields,
  })
  await world.store.putTaskInstance(null, record)
  return { path: `${at}/taskInstances/load/${mapIndex}`, mapIndex, token }
}
const asking = (fields: Partial<HumanRequest> = {}) =>
  waiting({ state: 'awaiting_input', operator: 'human_input', maxTries: 0, human: { ...human, ...fields } })
const deferred = (fields: Partial<TaskInstance> = {}) =>
  waiting({ state: 'deferred', operator: 'deferrable', ...fields })
const record = (mapIndex: number) => world.store.getTaskInstance(run, 'load', mapIndex)
const own = (path: string) => `/api/stepdag/v1${path}`

describe('a task that asks a person', () => {
  test('is listed, without the token of its state', async () => {
    const { mapIndex } = await asking({ subject: 'Only this one?' })
    const { json } = await world.get('/dags/~/dagRuns/~/hitlDetails?response_received=false&subject_search=only')
    expect(json.total_entries).toBe(1)
    expect(json.hitl_details[0]).toMatchObject({
      task_instance: { dag_id: 'sales', task_id: 'load', map_index: mapIndex, state: 'deferred' },
      subject: 'Only this one?',
      options: ['Approve', 'Reject'],
      response_received: false,
      responded_by_user: null,
    })
    expect(JSON.stringify(json)).not.toContain('token')
  })

  test('succeeds with the answer, and its state is told', async () => {
    const { path, mapIndex, token } = await asking()
    const { status, json } = await world.send('PATCH', `${path}/hitlDetails`, {
      chosen_options: ['Approve'],
      params_input: { day: 3 },
    })
    expect(status).toBe(200)
    expect(json).toEqual({
      responded_by: { id: 'ann', name: 'ANN' },
      responded_at: now,
      chosen_options: ['Approve'],
      params_input: { day: 3 },
    })
    expect(await record(mapIndex)).toMatchObject({ state: 'success', endDate: now, lease: null })
    const value = (await world.store.getXCom(run, 'load', 'return_value', mapIndex))?.value
    expect(value).toEqual({
      chosen_options: ['Approve'],
      params_input: { day: 3 },
      responded_at: now,
      responded_by_user: { id: 'ann', name: 'ANN' },
      timedout: false,
    })
    expect(world.told).toEqual([{ token, answer: { output: { s: 'success' } } }])
    const shown = await world.get(`${path}/hitlDetails`)
    expect(shown.json).toMatchObject({ response_received: true, chosen_options: ['Approve'] })
  })

  test('takes the first answer; the second gets 409 and sends the token again', async () => {
    const { path, mapIndex, token } = await asking()
    await world.send('PATCH', `${path}/hitlDetails`, { chosen_options: ['Reject'] })
    const second = await world.send('PATCH', `${path}/hitlDetails`, { chosen_options: ['Approve'] })
    expect(second.status).toBe(409)
    expect(second.json.code).toBe('already-answered')
    expect((await record(mapIndex))?.human?.response?.chosenOptions).toEqual(['Reject'])
    expect(world.told.map((one) => one.token)).toEqual([token, token])
  })

  test('of twenty answers at once, one counts', async () => {
    const { path } = await asking()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        world.send('PATCH', `${path}/hitlDetails`, { chosen_options: ['Approve'] }, { 'x-user': `user-${i}` }),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(19).fill(409)])
  })

  test('refuses an option it does not have, and two where one is asked', async () => {
    const { path } = await asking()
    for (const chosen_options of [['Maybe'], ['Approve', 'Reject']]) {
      const { status, json } = await world.send('PATCH', `${path}/hitlDetails`, { chosen_options })
      expect([status, json.code]).toEqual([400, 'unknown-option'])
    }
    expect(world.told).toEqual([])
  })

  test('is answered by its assignees only', async () => {
    const { path } = await asking({ assignees: ['bob'] })
    const answer = { chosen_options: ['Approve'] }
    expect((await world.send('PATCH', `${path}/hitlDetails`, answer)).status).toBe(403)
    expect((await world.send('PATCH', `${path}/hitlDetails`, answer, { 'x-user': 'bob' })).status).toBe(200)
  })

  test('fails for good when a rejection shall fail it and no tries are left', async () => {
    const { path, mapIndex, token } = await asking({ onReject: 'fail' })
    await world.send('PATCH', `${path}/hitlDetails`, { chosen_options: ['Reject'] })
    expect(await record(mapIndex)).toMatchObject({ state: 'failed', error: { name: 'HITLRejectException' } })
    expect(world.told).toMatchObject([{ token, answer: { error: 'FailTask' } }])
  })

  test('a task that asks nobody has no details', async () => {
    const { path } = await deferred()
    expect((await world.get(`${path}/hitlDetails`)).status).toBe(404)
  })
})

describe('a deferrable task', () => {
  test('is done when outside work says so, with its value', async () => {
    const { path, mapIndex, token } = await deferred()
    const { status, json } = await world.send('POST', own(`${path}/complete`), { state: 'success', value: [1, 2] })
    expect([status, json]).toEqual([200, { state: 'success', repeated: false }])
    expect((await world.store.getXCom(run, 'load', 'return_value', mapIndex))?.value).toEqual([1, 2])
    expect(world.told).toEqual([{ token, answer: { output: { s: 'success' } } }])
  })

  test('may be done before the call that started the work has returned', async () => {
    const lease = { holder: 'worker', untilMs: Date.parse(now) + 60_000, epoch: null }
    const { path, mapIndex } = await deferred({ state: 'running', lease })
    await world.send('POST', own(`${path}/complete`), { state: 'success' })
    expect(await record(mapIndex)).toMatchObject({ state: 'success', lease: null })
  })

  test('a repeated completion changes nothing and sends the token again', async () => {
    const { path, mapIndex } = await deferred()
    await world.send('POST', own(`${path}/complete`), { state: 'success', value: 1 })
    const again = await world.send('POST', own(`${path}/complete`), { state: 'failed', error: { message: 'late' } })
    expect(again.json).toEqual({ state: 'success', repeated: true })
    expect((await record(mapIndex))?.tries).toHaveLength(1)
    expect(world.told).toHaveLength(2)
  })

  test('failed work leaves the tries that are left to the machine', async () => {
    const { path, mapIndex } = await deferred({ maxTries: 1 })
    const error = { name: 'JobFailed', message: 'exit code 3' }
    await world.send('POST', own(`${path}/complete`), { state: 'failed', error })
    expect(await record(mapIndex)).toMatchObject({ state: 'up_for_retry', error })
    expect(world.told).toMatchObject([{ answer: { error: 'JobFailed', cause: 'JobFailed: exit code 3' } }])
  })

  test('an answer of another try is refused', async () => {
    const { path } = await deferred({ tryNumber: 2 })
    const { status, json } = await world.send('POST', own(`${path}/complete`), { state: 'success', try_number: 1 })
    expect([status, json.code]).toEqual([409, 'other-try-waits'])
  })

  test('a sign of life is noted and passed on; without anybody waiting it is refused', async () => {
    const wait = { id: 'h', token: 'beating', deadline: null, heartbeat: { seconds: 60, at: later(1) } }
    const { path, mapIndex } = await deferred({ wait })
    expect((await world.send('POST', own(`${path}/heartbeat`), {})).status).toBe(200)
    expect((await record(mapIndex))?.wait?.heartbeat?.at).toBe(now)
    const gone = await deferred({ wait: { ...wait, token: 'gone' } })
    expect((await world.send('POST', own(`${gone.path}/heartbeat`), {})).status).toBe(409)
  })

  test('a task that asks a person is not completed this way', async () => {
    const { path } = await asking()
    expect((await world.send('POST', own(`${path}/complete`), { state: 'success' })).status).toBe(409)
  })
})
