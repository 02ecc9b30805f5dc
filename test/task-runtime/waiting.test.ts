/** Tasks that wait for their state's token, as the state calls them: first, again, late; and as they are answered. */
import { describe, expect, test } from 'vitest'
import { type Completion, completeTask } from '../../lambdas/arrival/index.ts'
import type { TriggerPorts } from '../../lambdas/task-runtime/trigger-run.ts'
import type { LaunchAnswer, Run, TriggerRequest } from '../../run-model/index.ts'
import { minuteMs, runningRun, type SceneOptions, scene, startMs } from './support/scene.ts'

type Task = SceneOptions['tasks'][string]
type Options = NonNullable<Task['options']>
type Scene = ReturnType<typeof scene>

const waits = { waits: true }
const complete = (s: Scene, completion: Completion, tryNumber?: number) =>
  completeTask(
    { ...s.ports, store: s.store, loadWiring: async () => s.program.wiring },
    { ...s.run, taskId: 'wait', mapIndex: -1, ...(tryNumber !== undefined && { tryNumber }) },
    completion,
  )

describe('a deferrable task', () => {
  const options: Options = { kind: 'deferrable', timeout: 600, heartbeat: null }
  const deferrable = (handler: Task['handler'] = () => undefined, fields: Partial<Task> = {}) =>
    scene({
      tasks: { wait: { operator: 'deferrable', options, handler, ...fields }, next: { upstreams: ['wait'] } },
      gates: { g: { need: ['wait'] } },
    })

  test('waits without a lease and holds its token', async () => {
    const s = deferrable()
    expect(await s.call('wait', { token: 't1' })).toEqual(waits)
    const deadline = new Date(startMs + 600_000).toISOString()
    expect(await s.record('wait')).toMatchObject({
      state: 'deferred',
      tryNumber: 1,
      lease: null,
      wait: { token: 't1', deadline },
    })
    expect(s.answers).toEqual([])
  })

  test('is done when it is answered: XCom, gates, then the token', async () => {
    const s = deferrable()
    await s.call('wait', { token: 't1' })
    await s.store.waitAtGate(runningRun.execution.name, 'g', 'gate-token')
    expect((await complete(s, { state: 'success', value: 7 })).kind).toBe('completed')
    expect(s.released).toEqual(['gate-token', 't1'])
    expect(s.answers).toEqual([{ token: 't1', answer: { output: { s: 'success' } } }])
    expect((await s.store.getXCom(s.run, 'wait', 'return_value'))?.value).toBe(7)
  })

  test('may be answered before its handler has returned', async () => {
    const s: Scene = deferrable(async () => {
      await complete(s, { state: 'success', value: 1 })
    })
    expect(await s.call('wait', { token: 't1' })).toEqual({ s: 'success' })
    expect(await s.record('wait')).toMatchObject({ state: 'success', tries: [{ state: 'success' }] })
    expect(s.answers.map(({ token }) => token)).toEqual(['t1', 't1'])
  })

  test('goes by its newest token: an answer that read an older one reads again', async () => {
    const s = deferrable()
    await s.call('wait', { token: 't1' })
    const stale = await s.record('wait')
    expect(await s.call('wait', { token: 't2' })).toEqual(waits)
    const late = await s.store.putTaskInstance(stale, { ...stale!, state: 'success' })
    expect(late.written).toBe(false)
    await complete(s, { state: 'success' })
    expect(s.answers.map(({ token }) => token)).toEqual(['t2'])
  })

  test('called again after its answer, tells its new token the same', async () => {
    const s = deferrable()
    await s.call('wait', { token: 't1' })
    await complete(s, { state: 'success', value: 3 })
    await s.store.deleteXComs(s.run, 'wait')
    expect(await s.call('wait', { token: 't2' })).toEqual({ s: 'success' })
    expect(s.answers.at(-1)).toEqual({ token: 't2', answer: { output: { s: 'success' } } })
    expect((await s.store.getXCom(s.run, 'wait', 'return_value'))?.value).toBe(3)
  })

  test('that hears nothing in time fails its try, and may have another', async () => {
    const s = deferrable(undefined, { retries: 1 })
    await s.call('wait', { token: 't1' })
    s.clock.advance(11 * minuteMs)
    await expect(s.call('wait', { token: 't2' })).rejects.toMatchObject({ name: 'TaskDeferralTimeout' })
    expect(await s.record('wait')).toMatchObject({ state: 'up_for_retry', tryNumber: 1 })
    expect(await s.call('wait', { token: 't3' })).toEqual(waits)
    expect(await s.record('wait')).toMatchObject({ state: 'deferred', tryNumber: 2, wait: { token: 't3' } })
    expect((await complete(s, { state: 'success' }, 1)).kind).toBe('other_try')
    s.clock.advance(11 * minuteMs)
    await expect(s.call('wait', { token: 't4' })).rejects.toMatchObject({ name: 'FailTask' })
    expect(await s.record('wait')).toMatchObject({ state: 'failed', error: { name: 'TaskDeferralTimeout' } })
  })

  test('that shows no sign of life fails its try; one that did goes on', async () => {
    const s = deferrable(undefined, { options: { ...options, heartbeat: 60 }, retries: 1 })
    await s.call('wait', { token: 't1' })
    s.clock.advance(30_000)
    expect(await s.call('wait', { token: 't2' })).toEqual(waits)
    s.clock.advance(31_000)
    await expect(s.call('wait', { token: 't3' })).rejects.toMatchObject({ name: 'HeartbeatTimeout' })
  })

  test('whose handler fails does not wait', async () => {
    const s = deferrable(() => {
      throw new Error('no quota')
    })
    await expect(s.call('wait', { token: 't1' })).rejects.toThrow('no quota')
    expect((await complete(s, { state: 'success' })).kind).toBe('not_waiting')
  })

  test('that does not run at all tells its state so', async () => {
    const s = scene({ tasks: { a: {}, wait: { operator: 'deferrable', options, upstreams: ['a'] } } })
    expect(await s.call('wait', { token: 't1', up: { a: 'failed' } })).toEqual({ s: 'upstream_failed' })
    expect(s.answers).toEqual([{ token: 't1', answer: { output: { s: 'upstream_failed' } } }])
  })
})

describe('a task that asks a person', () => {
  const options: Options = {
    kind: 'human_input',
    subject: 'Release?',
    body: null,
    options: ['Approve', 'Reject'],
    defaults: null,
    multiple: false,
    assignees: [],
    responseTimeout: 600,
    onReject: null,
  }
  const asking = (changes: Partial<typeof options> = {}, fields: Partial<Task> = {}) =>
    scene({ tasks: { wait: { operator: 'human_input', options: { ...options, ...changes } as Options, ...fields } } })

  test('writes down the question and waits', async () => {
    const s = asking()
    expect(await s.call('wait', { token: 't1' })).toEqual(waits)
    expect(await s.record('wait')).toMatchObject({
      state: 'awaiting_input',
      lease: null,
      human: { subject: 'Release?', options: ['Approve', 'Reject'], response: null },
    })
  })

  test('takes its defaults when nobody answers in time', async () => {
    const s = asking({ defaults: ['Reject'] })
    await s.call('wait', { token: 't1' })
    s.clock.advance(11 * minuteMs)
    expect(await s.call('wait', { token: 't2' })).toEqual({ s: 'success' })
    expect((await s.store.getXCom(s.run, 'wait', 'return_value'))?.value).toMatchObject({
      chosen_options: ['Reject'],
      responded_by_user: null,
      timedout: true,
    })
    expect(s.answers).toEqual([{ token: 't2', answer: { output: { s: 'success' } } }])
  })

  test('fails without defaults', async () => {
    const s = asking()
    await s.call('wait', { token: 't1' })
    s.clock.advance(11 * minuteMs)
    await expect(s.call('wait', { token: 't2' })).rejects.toMatchObject({ name: 'FailTask' })
    expect(await s.record('wait')).toMatchObject({ state: 'failed', error: { name: 'HITLTimeoutError' } })
  })

  test('whose rejection skips what follows writes the skips before its state goes on', async () => {
    const decision = { kind: 'short_circuit', options: ['*'], candidates: { next: ['*'] } } as const
    const s = scene({
      tasks: {
        wait: {
          operator: 'human_input',
          options: { ...options, onReject: 'skip', defaults: ['Reject'] } as Options,
          decision,
        },
        next: { upstreams: ['wait'] },
      },
    })
    await s.call('wait', { token: 't1' })
    s.clock.advance(11 * minuteMs)
    expect(await s.call('wait', { token: 't2' })).toEqual({ s: { s: 'success', b: [] } })
    expect(await s.record('next')).toMatchObject({ state: 'skipped' })
    expect(await s.call('next', { up: { wait: 'success' } })).toEqual({ s: 'skipped' })
  })
})

describe('a task that triggers a run', () => {
  const options: Options = {
    kind: 'trigger_dag_run',
    dagId: 'report',
    runId: null,
    runAfter: null,
    conf: { day: 3 },
    waitForCompletion: false,
    pokeInterval: 60,
    allowedStates: ['success'],
    failedStates: ['failed'],
    skipWhenAlreadyExists: false,
    failWhenDagIsPaused: false,
    note: null,
  }

  function triggering(changes: Partial<typeof options> = {}, fields: Partial<Task> = {}) {
    const s = scene({
      tasks: { wait: { operator: 'trigger_dag_run', options: { ...options, ...changes } as Options, ...fields } },
    })
    const runs = new Map<string, Run>()
    const requests: TriggerRequest[] = []
    const launch = async (request: TriggerRequest): Promise<LaunchAnswer> => {
      requests.push(request)
      const runId = request.runId ?? ''
      if (runs.has(runId)) {
        return { kind: 'refused', status: 409, code: 'run-id-taken', detail: 'taken', why: 'it is', fix: 'another' }
      }
      const { triggeredFrom } = request
      const run: Run = { ...runningRun, dagId: 'report', runId, ...(triggeredFrom && { triggeredFrom }) }
      runs.set(runId, run)
      return { kind: 'launched', runs: [run] }
    }
    const trigger: TriggerPorts = {
      launch,
      store: {
        getDag: async () => null,
        getRun: async ({ runId }) => runs.get(runId) ?? null,
        getTaskInstance: s.store.getTaskInstance,
      },
    }
    Object.assign(s.ports, { trigger })
    return { s, runs, requests, end: (runId: string, state: 'success' | 'failed') => endRun(runs, runId, state) }
  }

  function endRun(runs: Map<string, Run>, runId: string, state: 'success' | 'failed') {
    const ended = { endDate: new Date(startMs).toISOString() }
    runs.set(runId, { ...runningRun, runId, ...ended, ...(state === 'failed' ? { state, reason: 'x' } : { state }) })
  }

  test('names the run after the try, so that a repeat triggers none', async () => {
    const { s, requests, runs } = triggering()
    await s.call('wait')
    expect(requests[0]).toMatchObject({ dagId: 'report', conf: { day: 3 }, triggeredBy: 'operator' })
    expect(requests[0]?.runId).toMatch(/^manual__2026-03-01T06:00:00\+00:00_[0-9a-f]{8}$/)
    expect((await s.store.getXCom(s.run, 'wait', 'trigger_run_id'))?.value).toBe(requests[0]?.runId)
    expect(await s.record('wait')).toMatchObject({ state: 'success' })
    expect(runs.size).toBe(1)
  })

  test('whose worker died after the launch finds its own run', async () => {
    const { s, requests, runs } = triggering()
    const { trigger } = s.ports
    let isDead = false
    const dying = async (request: TriggerRequest) => {
      await trigger?.launch(request)
      isDead = true
      return new Promise<LaunchAnswer>(() => undefined)
    }
    Object.assign(s.ports, { trigger: { ...trigger, launch: dying } })
    void s.call('wait')
    await expect.poll(() => isDead).toBe(true)
    s.clock.silence()
    s.clock.advance(2 * minuteMs)
    Object.assign(s.ports, { trigger })
    expect(await s.call('wait')).toEqual({ s: 'success' })
    expect(requests.map(({ runId }) => runId)).toEqual([requests[0]?.runId, requests[0]?.runId])
    expect(runs.size).toBe(1)
  })

  test('fails when the run exists and is not its own, or skips if it shall', async () => {
    const taken = { runId: 'mine' }
    const failing = triggering(taken)
    failing.end('mine', 'success')
    await expect(failing.s.call('wait')).rejects.toMatchObject({ name: 'DagRunAlreadyExists' })
    const skipping = triggering({ ...taken, skipWhenAlreadyExists: true })
    skipping.end('mine', 'success')
    expect(await skipping.s.call('wait')).toEqual({ s: 'skipped' })
  })

  test('that waits is named in the run it waits for', async () => {
    const { s, requests } = triggering({ waitForCompletion: true })
    expect(await s.call('wait', { token: 't1' })).toEqual(waits)
    expect(await s.record('wait')).toMatchObject({ state: 'deferred', wait: { token: 't1' } })
    expect(requests[0]?.triggeredFrom).toEqual({
      ...s.run,
      taskId: 'wait',
      mapIndex: -1,
      tryNumber: 1,
      allowedStates: ['success'],
    })
  })

  test.each([
    ['success', { s: 'success' }],
    ['failed', null],
  ] as const)('whose run was over (%s) before it waited is over at once', async (state, answer) => {
    const { s, end } = triggering({ waitForCompletion: true })
    const { trigger } = s.ports
    const launch = async (request: TriggerRequest) => {
      const launched = await trigger!.launch(request)
      end(request.runId ?? '', state)
      return launched
    }
    Object.assign(s.ports, { trigger: { ...trigger, launch } })
    const call = s.call('wait', { token: 't1' })
    if (answer) expect(await call).toEqual(answer)
    else await expect(call).rejects.toMatchObject({ name: 'FailTask' })
  })

  test('a launcher that cannot be reached costs no try', async () => {
    const { s } = triggering()
    const launch = () => Promise.reject(Object.assign(new Error('away'), { name: 'LauncherError' }))
    Object.assign(s.ports, { trigger: { ...s.ports.trigger, launch } })
    await expect(s.call('wait')).rejects.toMatchObject({ name: 'TaskBusy' })
    expect(await s.record('wait')).toMatchObject({ state: 'running', tryNumber: 1, tries: [] })
  })
})
