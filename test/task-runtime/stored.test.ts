/** The task runtime and the finalizer on a real table: the same promises, with DynamoDB's conditional writes. */
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import * as stepdag from '../../dag-compiler/define.ts'
import { arrive } from '../../lambdas/finalizer/arrive.ts'
import { finalize } from '../../lambdas/finalizer/finalize.ts'
import { wiringLoader } from '../../lambdas/finalizer/load-wiring.ts'
import { createRunStore } from '../../lambdas/store/index.ts'
import { taskHandler } from '../../lambdas/task-runtime/index.ts'
import { keys, type RunningRun, type RunStore, type Wiring } from '../../run-model/index.ts'
import { startDynalite, type TestDynalite } from '../support/dynalite.ts'
import { memoryObjects } from '../support/memory-objects.ts'
import { dagRecord, dagVersion, manifest } from '../support/runs.ts'
import { held } from './support/held.ts'
import { manualClock, runningRun, sceneOn, startMs, wiringOf } from './support/scene.ts'

const execution = runningRun.execution.name
const objects = memoryObjects()
let dynalite: TestDynalite
let store: RunStore

beforeAll(async () => {
  dynalite = await startDynalite()
  store = createRunStore({ dynamodb: dynalite.client, table: dynalite.table, objects })
})
afterAll(() => dynalite.close())

/** A started run of its own for each test. */
async function startRun(dagId: string): Promise<RunningRun> {
  const run = { ...runningRun, dagId, execution: { ...runningRun.execution, name: `${dagId}-1` } }
  const { startDate: _, dagVersion: __, bundleVersion: ___, planHash: ____, execution: _____, ...queued } = run
  await store.createRun({ ...queued, state: 'queued' })
  await store.startRun(run)
  return run
}

/** What the gate's state in a machine does. */
async function waitAtGate(gate: string, token: string): Promise<void> {
  await dynalite.client.send(
    new UpdateCommand({
      TableName: dynalite.table,
      Key: keys.gate(execution, gate),
      UpdateExpression: 'SET tok = :t',
      ConditionExpression: 'attribute_not_exists(#o)',
      ExpressionAttributeNames: { '#o': 'open' },
      ExpressionAttributeValues: { ':t': token },
    }),
  )
}

describe('on a real table', () => {
  test('a task runs once however often it is called, and an output of 1 MB reaches the next task whole', async () => {
    await startRun('sales')
    const large = Array.from({ length: 24_000 }, (_, n) => ({ order: n, country: 'CH', cents: n * 7 }))
    const received: unknown[] = []
    let runs = 0
    const handler = () => {
      runs += 1
      return large
    }
    const s = sceneOn(store, {
      tasks: {
        extract: { handler },
        load: {
          upstreams: ['extract'],
          inputs: { rows: { ref: 'extract' } },
          handler: ({ rows }) => void received.push(rows),
        },
      },
    })
    const outcomes = await Promise.allSettled([s.call('extract'), s.call('extract'), s.call('extract')])
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ name: 'TaskBusy' })
    }
    expect(await s.call('extract')).toEqual({ s: 'success' })
    expect(runs).toBe(1)
    const stored = [...objects.texts.values()]
    expect(stored).toHaveLength(1)
    expect(stored[0]?.length).toBeGreaterThan(2 ** 20)
    await s.call('load', { up: { extract: 'success' } })
    expect(received).toEqual([large])
    const item = await dynalite.client.send(
      new GetCommand({ TableName: dynalite.table, Key: keys.taskInstance(runningRun, 'extract', -1) }),
    )
    expect(JSON.stringify(item.Item).length).toBeLessThan(2_000)
  })

  test('a gate is released with the token that its state stored, or found open', async () => {
    const gates = { d: { need: ['a', 'b'] }, e: { need: ['a', 'b'] } }
    const tasks = { a: {}, b: {}, d: { upstreams: ['a', 'b'] }, e: { upstreams: ['a', 'b'] } }
    const s = sceneOn(store, { tasks, gates })
    await waitAtGate('d', 'token-d')
    await s.call('a')
    await s.call('b')
    expect(s.released).toEqual(['token-d'])
    await expect(waitAtGate('e', 'token-e')).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' })
  })

  test('a gate with an early rule is released by the first arrival that decides it, and its task runs', async () => {
    const need = ['p', 'q']
    const tasks = { p: {}, q: {}, early: { upstreams: need, triggerRule: 'one_success' as const } }
    const s = sceneOn(store, { tasks, gates: { early: { need, rule: 'one_success' } } })
    await waitAtGate('early', 'token-early')
    await s.call('p')
    expect(s.released).toEqual(['token-early'])
    expect(await s.call('early')).toEqual({ s: 'success' })
  })

  test('a try whose lease was renewed still writes its end, and one that was taken over does not', async () => {
    const work = held()
    const s = sceneOn(store, { tasks: { long: { handler: work.handler }, taken: { handler: work.handler } } })
    const untilSeconds = async (task: string) => ((await s.record(task))?.lease?.untilMs ?? 0) / 1000
    const startedSeconds = s.clock.now() / 1000
    const begun = work.nextStart()
    const long = s.call('long')
    await begun
    for (const elapsed of [20, 40, 60]) {
      s.clock.advance(20_000)
      await expect.poll(() => untilSeconds('long')).toBe(startedSeconds + elapsed + 60)
    }
    work.letGo()
    expect(await long).toEqual({ s: 'success' })
    expect(await s.record('long')).toMatchObject({ state: 'success', duration: 60, lease: null })

    const begunAgain = work.nextStart()
    const taken = s.call('taken')
    await begunAgain
    const mine = await s.record('taken')
    if (!mine) throw new Error('the record of "taken" is missing')
    const theirs = { ...mine, lease: { holder: 'other', untilMs: s.clock.now() + 60_000, epoch: null } }
    expect(await store.putTaskInstance(mine, theirs)).toMatchObject({ written: true })
    s.clock.advance(20_000)
    await expect(taken).rejects.toMatchObject({ name: 'TaskBusy' })
    expect(await s.record('taken')).toEqual(theirs)
  })

  test('a failed run ends with every record, its verdict and a failed execution', async () => {
    const run = await startRun('failing')
    const tasks = { a: {}, b: { upstreams: ['a'] }, c: {} }
    const wiring: Wiring = { ...wiringOf({ tasks }), dagId: run.dagId }
    await store.putDagVersion(
      dagRecord({ dagId: run.dagId }),
      dagVersion({ dagId: run.dagId, planHash: wiring.hash, manifestKey: 'manifests/failing/1.json' }),
      manifest({ dagId: run.dagId, wiring }),
    )
    const ports = {
      store,
      loadWiring: wiringLoader(store),
      releaseToken: async () => undefined,
      wake: async () => undefined,
      now: manualClock(startMs).now,
    }
    const call = { x: run.execution.name, w: wiring.hash }
    const up = { '^run': { dagId: run.dagId, runId: run.runId } }
    await arrive(ports, { ...call, do: 'arrive', st: { a: 'failed' }, up })
    const end = () => finalize(ports, { ...call, do: 'finalize', st: { ...up, a: 'failed', c: 'success' } })
    await expect(end()).rejects.toMatchObject({ name: 'DagRunFailed' })
    await expect(end()).rejects.toMatchObject({ name: 'DagRunFailed' })
    expect(await store.getRun(run)).toMatchObject({ state: 'failed', reason: 'task_failed' })
    const records = await store.listTaskInstances(run)
    expect(records.map(({ taskId, state }) => [taskId, state])).toEqual([
      ['a', 'failed'],
      ['b', 'upstream_failed'],
      ['c', 'success'],
    ])
  })

  test('the handler of a task Lambda runs a DAG file as authors write it, with clients from its environment', async () => {
    const run = await startRun('greeting')
    const dag = new stepdag.Dag('greeting')
    const name = dag.task('name', async () => 'Ada')
    const greet = dag.task('greet', async ({ name }: { name: string }) => {
      await Promise.resolve()
      return `${stepdag.getContext().runId}: hello ${name}`
    })
    greet({ name: name() })
    vi.stubEnv('STEPDAG_TABLE', dynalite.table)
    vi.stubEnv('STEPDAG_BUCKET', 'objects')
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', dynalite.endpoint)
    vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT')
    vi.stubEnv('AWS_REGION', 'us-east-1')
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
    const wiring = wiringOf({ tasks: { name: {}, greet: { upstreams: ['name'] } } })
    const handler = taskHandler({ dagFile: { dag }, dagId: 'greeting', wiring, operators: {} })
    const invokedFunctionArn = 'arn:aws:lambda:us-east-1:000000000000:function:greeting:1'
    const context = { awsRequestId: 'request-1', invokedFunctionArn, getRemainingTimeInMillis: () => 900_000 }
    const call = (task: string, up = {}) =>
      handler({ x: 'g-1', w: wiring.hash, task, try: 0, up: { '^run': run, ...up } }, context)
    expect(await call('name')).toEqual({ s: 'success' })
    expect(await call('greet', { name: 'success' })).toEqual({ s: 'success' })
    vi.unstubAllEnvs()
    expect(await store.getXCom(run, 'greet', 'return_value')).toMatchObject({ value: `${run.runId}: hello Ada` })
  })
})
