import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { launch } from '../../lambdas/launcher/launch.ts'
import { parseReconcileRequest } from '../../lambdas/reconciler/parse-event.ts'
import type { ReconcilerPorts } from '../../lambdas/reconciler/ports.ts'
import { reconcile } from '../../lambdas/reconciler/reconcile.ts'
import type { ExecutionStatusChange, RunningRun, RunRef, TaskInstance } from '../../run-model/index.ts'
import { type LauncherWorld, startLauncherWorld } from '../launcher/launcher-world.ts'
import { Crash, type CrashPoint, crashing } from '../support/crashes.ts'
import { taskInstance } from '../support/runs.ts'

let world: LauncherWorld
let ports: ReconcilerPorts
const planned: string[] = []
const released: { readonly token: string; readonly answer: unknown }[] = []
beforeAll(async () => {
  world = await startLauncherWorld()
  ports = {
    store: world.store,
    async describe(arn) {
      const known = await world.executions.describe(arn)
      return known && { ...known, stoppedAtMs: known.status === 'RUNNING' ? null : Date.parse('2026-03-01T07:00:00Z') }
    },
    releaseToken: async (token, answer) => void released.push({ token, answer }),
    wake: async () => undefined,
    async requestPlan(dagId) {
      planned.push(dagId)
      await launch(world.ports, { kind: 'plan', dagId })
    },
    now: world.ports.now,
    warn: world.ports.warn,
  }
})
afterAll(() => world.close())

/** A running run of extract → load, started by the launcher. */
async function running(dagId: string, runId = 'mine'): Promise<RunningRun> {
  world.at('2026-03-01T06:00:00Z')
  if (!(await world.store.getDag(dagId))) {
    await world.register(dagId, { schedule: { expressions: null }, options: { maxActiveRuns: 1 } })
  }
  await launch(world.ports, { kind: 'trigger', dagId, runId, triggeredBy: 'cli' })
  const run = await world.store.getRun({ dagId, runId })
  if (run?.state !== 'running') throw new Error(`${runId} is ${run?.state}`)
  return run
}

const row = (run: RunRef, taskId: string, state: TaskInstance['state']) =>
  world.store.putTaskInstance(
    null,
    taskInstance({ dagId: run.dagId, runId: run.runId, taskId, state, startDate: '2026-03-01T06:00:01.000Z' }),
  )

function ended(run: RunningRun, status: ExecutionStatusChange['detail']['status'], part = {}): ExecutionStatusChange {
  const execution = world.executions.all.find((one) => one.name === run.execution.name)!
  if (status !== 'RUNNING') execution.status = status
  return {
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    detail: {
      executionArn: execution.arn,
      stateMachineArn: execution.stateMachineVersionArn,
      name: execution.name,
      status,
      startDate: Date.parse('2026-03-01T06:00:00Z'),
      stopDate: Date.parse('2026-03-01T07:00:00Z'),
      input: execution.input,
      ...part,
    },
  }
}

const recorded = async (run: RunRef) => ({
  run: await world.store.getRun(run),
  tasks: Object.fromEntries((await world.store.listTaskInstances(run)).map((record) => [record.taskId, record.state])),
})

describe('an execution that ended without a verdict', () => {
  test.each([
    ['FAILED', { extract: 'running' }, { extract: 'failed', load: 'upstream_failed' }, 'failed', 'task_failed'],
    ['FAILED', {}, { extract: 'failed', load: 'upstream_failed' }, 'failed', 'task_failed'],
    [
      'FAILED',
      { extract: 'success', load: 'up_for_retry' },
      { extract: 'success', load: 'failed' },
      'failed',
      'task_failed',
    ],
    ['FAILED', { extract: 'success', load: 'success' }, { extract: 'success', load: 'success' }, 'success', undefined],
    ['SUCCEEDED', { extract: 'skipped' }, { extract: 'skipped', load: 'skipped' }, 'success', undefined],
    ['TIMED_OUT', { extract: 'running' }, { extract: 'skipped', load: 'skipped' }, 'failed', 'timeout'],
    ['TIMED_OUT', { extract: 'success' }, { extract: 'success', load: 'skipped' }, 'failed', 'timeout'],
    ['ABORTED', { extract: 'running' }, { extract: 'failed', load: 'skipped' }, 'failed', 'aborted'],
  ] as const)('%s with %j is closed as %j', async (status, before, after, state, reason) => {
    const dagId = `end-${status}-${JSON.stringify(before).replace(/\W+/g, '_')}`
    const run = await running(dagId)
    for (const [taskId, taskState] of Object.entries(before)) await row(run, taskId, taskState)
    await reconcile(ports, ended(run, status))
    const found = await recorded(run)
    expect(found.tasks).toEqual(after)
    expect(found.run).toMatchObject({ state, endDate: '2026-03-01T07:00:00.000Z', ...(reason && { reason }) })
  })

  test('an input that AWS left out is asked for', async () => {
    const run = await running('left-out')
    const { detail, ...event } = ended(run, 'FAILED')
    const { input: _, ...short } = detail
    await reconcile(ports, { ...event, detail: short })
    expect((await recorded(run)).run).toMatchObject({ state: 'failed' })
  })

  test('a plan that is gone leaves what Step Functions said', async () => {
    const run = await running('no-plan')
    const blind = { ...ports, store: { ...ports.store, getManifestByPlan: async () => null } }
    await reconcile(blind, ended(run, 'FAILED'))
    expect((await recorded(run)).run).toMatchObject({ state: 'failed', reason: 'execution_failed' })
  })
})

describe('an event', () => {
  test('repeated or late changes nothing', async () => {
    const run = await running('repeat')
    const event = ended(run, 'TIMED_OUT')
    await reconcile(ports, event)
    const first = await recorded(run)
    world.at('2026-03-01T09:00:00Z')
    await reconcile(ports, event)
    await reconcile(ports, { ...event, detail: { ...event.detail, status: 'FAILED' } })
    expect(await recorded(run)).toEqual(first)
  })

  test('about a run whose verdict is recorded leaves it and plans', async () => {
    const run = await running('verdict')
    await world.end('verdict', 'mine')
    planned.length = 0
    await reconcile(ports, ended(run, 'SUCCEEDED'))
    expect((await recorded(run)).run).toMatchObject({ state: 'success' })
    expect(planned).toEqual(['verdict'])
  })

  test('that a run ended starts the next queued one', async () => {
    const run = await running('next')
    await launch(world.ports, { kind: 'trigger', dagId: 'next', runId: 'second', triggeredBy: 'cli' })
    expect(await world.store.getRun({ dagId: 'next', runId: 'second' })).toMatchObject({ state: 'queued' })
    await reconcile(ports, ended(run, 'ABORTED'))
    expect(await world.store.getRun({ dagId: 'next', runId: 'second' })).toMatchObject({ state: 'running' })
  })

  test('that an execution runs changes nothing', async () => {
    const run = await running('runs')
    await reconcile(ports, ended(run, 'RUNNING'))
    expect((await recorded(run)).run).toEqual(run)
  })

  test('of an earlier attempt changes nothing', async () => {
    const run = await running('attempt')
    await reconcile(ports, ended(run, 'FAILED', { name: 'attempt-earlier-0' }))
    expect((await recorded(run)).run).toEqual(run)
  })

  test.each(['{}', 'not json', '{"^run":{"dagId":"x"}}', '{"^run":{"dagId":"never","runId":"never"}}', 'null'])(
    'of an execution with input %s is nobody’s',
    async (input) => {
      const run = await running(`foreign-${input.replace(/\W+/g, '_')}`)
      await reconcile(ports, ended(run, 'FAILED', { input }))
      expect((await recorded(run)).run).toEqual(run)
    },
  )

  test('fifty times at once closes the run once', async () => {
    const run = await running('fifty')
    await row(run, 'extract', 'running')
    const event = ended(run, 'FAILED')
    await Promise.all(Array.from({ length: 50 }, () => reconcile(ports, event)))
    expect((await recorded(run)).tasks).toEqual({ extract: 'failed', load: 'upstream_failed' })
    const extract = await world.store.getTaskInstance(run, 'extract')
    expect(extract?.tries).toHaveLength(1)
  })

  test('whose handling dies anywhere is made good by its repetition', async () => {
    let deaths = 0
    for (const when of ['before', 'after'] as const) {
      for (let call = 1; ; call += 1) {
        const run = await running(`dies-${when}-${call}`)
        await row(run, 'extract', 'running')
        const event = ended(run, 'FAILED')
        const died = await reconcile(dying({ call, when }), event).then(
          () => false,
          (error) => error instanceof Crash,
        )
        if (!died) break
        deaths += 1
        await reconcile(ports, event)
        const found = await recorded(run)
        expect(found.tasks).toEqual({ extract: 'failed', load: 'upstream_failed' })
        expect(found.run).toMatchObject({ state: 'failed', reason: 'task_failed' })
      }
    }
    expect(deaths).toBe(6) // two task records and the run, each killed before and after
  })
})

function dying(at: CrashPoint): ReconcilerPorts {
  const writes = ['putTaskInstance', 'finishRun'] as const
  return { ...ports, store: crashing(ports.store, writes, { counter: { calls: 0 }, at }) }
}

describe('the sweep', () => {
  test('closes runs whose execution ended and starts what waited for them', async () => {
    const run = await running('sweep1')
    await launch(world.ports, { kind: 'trigger', dagId: 'sweep1', runId: 'second', triggeredBy: 'cli' })
    ended(run, 'FAILED')
    await reconcile(ports, { kind: 'sweep' })
    expect((await recorded(run)).run).toMatchObject({ state: 'failed', endDate: '2026-03-01T07:00:00.000Z' })
    expect(await world.store.getRun({ dagId: 'sweep1', runId: 'second' })).toMatchObject({ state: 'running' })
  })

  test('leaves running runs alone and plans nothing when nothing is due', async () => {
    const run = await running('sweep2')
    await reconcile(ports, { kind: 'sweep' })
    planned.length = 0
    await reconcile(ports, { kind: 'sweep' })
    expect(planned).toEqual([])
    expect((await recorded(run)).run).toEqual(run)
  })

  test('starts queued runs whose time has come', async () => {
    world.at('2026-03-01T06:00:00Z')
    await world.register('sweep3', { schedule: { expressions: null } })
    const later = { kind: 'trigger', dagId: 'sweep3', runId: 'later', triggeredBy: 'cli' } as const
    await launch(world.ports, { ...later, runAfter: '2026-03-01T08:00:00Z' })
    await reconcile(ports, { kind: 'sweep' })
    expect(await world.store.getRun(later)).toMatchObject({ state: 'queued' })
    world.at('2026-03-01T08:00:00Z')
    await reconcile(ports, { kind: 'sweep' })
    expect(await world.store.getRun(later)).toMatchObject({ state: 'running' })
  })

  test('finds a tick whose alarm never came', async () => {
    await world.register('sweep4')
    world.at('2026-03-02T00:10:00Z')
    await reconcile(ports, { kind: 'sweep' })
    const runId = 'scheduled__2026-03-02T00:00:00+00:00'
    expect(await world.store.getRun({ dagId: 'sweep4', runId })).toMatchObject({ state: 'running' })
  })

  test('starts the execution of a run whose launcher died before it could', async () => {
    world.at('2026-03-01T06:00:00Z')
    await world.register('sweep5', { schedule: { expressions: null } })
    const dead = { start: () => Promise.reject(new Crash()) }
    const request = { kind: 'trigger', dagId: 'sweep5', runId: 'mine', triggeredBy: 'cli' } as const
    await launch({ ...world.ports, executions: dead }, request)
    expect(await world.store.getRun(request)).toMatchObject({ state: 'running' })
    const before = world.executions.all.length
    world.at('2026-03-01T07:30:00Z')
    await reconcile(ports, { kind: 'sweep' })
    expect(world.executions.all).toHaveLength(before + 1)
    expect(await world.store.getRun(request)).toMatchObject({ state: 'running' })
  })

  test('gives up on an execution that Step Functions does not know, after 15 minutes', async () => {
    const run = await running('sweep6')
    await row(run, 'extract', 'running')
    const forgetful = {
      ...ports,
      describe: async (arn: string) => (arn === run.execution.arn ? null : ports.describe(arn)),
    }
    world.at('2026-03-01T06:14:00Z')
    await reconcile(forgetful, { kind: 'sweep' })
    expect((await recorded(run)).run).toMatchObject({ state: 'running' })
    world.at('2026-03-01T06:16:00Z')
    await reconcile(forgetful, { kind: 'sweep' })
    const found = await recorded(run)
    expect(found.run).toMatchObject({ state: 'failed', reason: 'execution_lost' })
    expect(found.tasks).toEqual({ extract: 'failed', load: 'skipped' })
  })

  test('goes on when one run cannot be looked at, and says so', async () => {
    const bad = await running('sweep7a')
    const good = await running('sweep7b')
    ended(good, 'FAILED')
    const partial = {
      ...ports,
      describe: async (arn: string) => {
        if (arn === bad.execution.arn) throw new Error('throttled')
        return ports.describe(arn)
      },
    }
    await reconcile(partial, { kind: 'sweep' })
    expect((await recorded(good)).run).toMatchObject({ state: 'failed' })
    expect((await recorded(bad)).run).toMatchObject({ state: 'running' })
    expect(world.warnings.some((warning) => warning.includes('could not settle'))).toBe(true)
  })
})

describe('the event of the Lambda', () => {
  test('EventBridge’s event is read, fields we do not know included', async () => {
    const event = ended(await running('parse'), 'FAILED', { error: null })
    expect(
      parseReconcileRequest({ version: '0', id: 'x', ...event, detail: { ...event.detail, output: null } }),
    ).toEqual(event)
    expect(parseReconcileRequest({ kind: 'sweep' })).toEqual({ kind: 'sweep' })
    expect(() => parseReconcileRequest({ source: 'aws.ec2' })).toThrow(/event it does not know/)
  })
})

describe('a run that a task waits for', () => {
  const waiter = { dagId: 'caller', runId: 'c1', taskId: 'extract', mapIndex: -1, tryNumber: 1 }

  /** A task of a running run that waits for the run `child_of`/`r1`. */
  async function waiting(suffix: string, allowedStates: readonly ('success' | 'failed')[]): Promise<RunningRun> {
    const dagId = `caller_${suffix}`
    const caller = await running(dagId, 'c1')
    await world.store.putTaskInstance(
      null,
      taskInstance({
        dagId,
        runId: caller.runId,
        taskId: 'extract',
        state: 'deferred',
        maxTries: 0,
        wait: { id: 'request', token: `token-${suffix}`, deadline: null },
      }),
    )
    const child = `child_${suffix}`
    await world.register(child, { schedule: { expressions: null } })
    const triggeredFrom = { ...waiter, dagId, allowedStates }
    await launch(world.ports, { kind: 'trigger', dagId: child, runId: 'r1', triggeredBy: 'operator', triggeredFrom })
    const run = await world.store.getRun({ dagId: child, runId: 'r1' })
    if (run?.state !== 'running') throw new Error(`the child is ${run?.state}`)
    return run
  }

  const told = (suffix: string) =>
    released.filter(({ token }) => token === `token-${suffix}`).map(({ answer }) => answer)
  const ended = (run: RunningRun, status: ExecutionStatusChange['detail']['status']): ExecutionStatusChange => ({
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    detail: {
      executionArn: run.execution.arn,
      stateMachineArn: 'arn',
      name: run.execution.name,
      status,
      startDate: 0,
      stopDate: Date.parse('2026-03-01T07:00:00Z'),
      input: JSON.stringify({ '^run': { dagId: run.dagId, runId: run.runId } }),
    },
  })

  test('tells the task when the finalizer ended it and died before it told', async () => {
    const child = await waiting('told', ['success'])
    await world.end(child.dagId, child.runId)
    await reconcile(ports, ended(child, 'SUCCEEDED'))
    expect(told('told')).toEqual([{ output: { s: 'success' } }])
    const record = await world.store.getTaskInstance({ dagId: 'caller_told', runId: 'c1' }, 'extract')
    expect(record).toMatchObject({ state: 'success', tryNumber: 1 })
  })

  test('tells it once more at a second event, and changes nothing', async () => {
    const child = await waiting('twice', ['success'])
    await world.end(child.dagId, child.runId)
    await reconcile(ports, ended(child, 'SUCCEEDED'))
    const first = await world.store.getTaskInstance({ dagId: 'caller_twice', runId: 'c1' }, 'extract')
    await reconcile(ports, ended(child, 'SUCCEEDED'))
    expect(told('twice')).toHaveLength(2)
    expect(await world.store.getTaskInstance({ dagId: 'caller_twice', runId: 'c1' }, 'extract')).toEqual(first)
  })

  test('aborted from outside fails the task', async () => {
    const child = await waiting('aborted', ['success'])
    await reconcile(ports, ended(child, 'ABORTED'))
    expect(told('aborted')).toMatchObject([{ error: 'FailTask' }])
    const record = await world.store.getTaskInstance({ dagId: 'caller_aborted', runId: 'c1' }, 'extract')
    expect(record).toMatchObject({ state: 'failed', error: { name: 'DagRunFailedException' } })
  })

  test('failed and allowed to is a success', async () => {
    const child = await waiting('allowed', ['success', 'failed'])
    await reconcile(ports, ended(child, 'ABORTED'))
    expect(told('allowed')).toEqual([{ output: { s: 'success' } }])
  })
})

describe('a task that crashed after it was woken', () => {
  /** As Lambda hands it to a failure destination (Lambda developer guide, "Adding a destination"). */
  const delivered = (more: object) => ({
    version: '1.0',
    timestamp: '2026-03-01T06:00:03.000Z',
    requestContext: {
      requestId: 'e4b46cbf-b738-4880-80f3-ac9bf20bdfba',
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:stepdag-task-sales:7',
      condition: 'RetriesExhausted',
      approximateInvokeCount: 1,
    },
    requestPayload: { x: 'sales-1', w: 'plan', task: 'd', try: 0, up: {}, gate: true, woken: true, token: 'token' },
    ...more,
  })
  const told = async (event: object) => {
    released.length = 0
    await reconcile(ports, parseReconcileRequest(event))
    return [...released]
  }

  test.each([
    [{ errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 900.00 seconds' }, 'Sandbox.Timedout'],
    [{ errorType: 'Runtime.ExitError', errorMessage: 'exit status 1', trace: [] }, 'Runtime.ExitError'],
    [{ errorMessage: 'nobody knows' }, 'Lambda.Unknown'],
  ])('tells its token what Step Functions would have got: %j', async (responsePayload, error) => {
    const responseContext = { statusCode: 200, executedVersion: '7', functionError: 'Unhandled' }
    expect(await told(delivered({ responseContext, responsePayload }))).toEqual([
      { token: 'token', answer: { error, cause: JSON.stringify(responsePayload) } },
    ])
  })

  test.each([{}, { responsePayload: null }])('or was never called is called anew: %j', async (more) => {
    expect(await told(delivered(more))).toMatchObject([{ token: 'token', answer: { error: 'TaskBusy' } }])
  })

  test('without a token is nobody’s', async () => {
    expect(await told(delivered({ requestPayload: { kind: 'plan' }, responsePayload: {} }))).toEqual([])
  })
})
