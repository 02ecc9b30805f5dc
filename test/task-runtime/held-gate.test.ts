/** A task that holds its own gate: one state waits and works, and whatever dies on the way, the task runs once and its state goes on. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { failToken } from '../../lambdas/reconciler/fail-token.ts'
import type { TaskCall } from '../../run-model/index.ts'
import { held } from './support/held.ts'
import { functionArn, minuteMs, runningRun, type SceneOptions, scene } from './support/scene.ts'

type Task = SceneOptions['tasks'][string]
type Handler = NonNullable<Task['handler']>

const joined = (d: Partial<Task> = {}) =>
  scene({
    tasks: { a: {}, b: {}, c: {}, d: { upstreams: ['a', 'b'], ...d } },
    gates: { d: { need: ['a', 'b'] } },
  })

type Scene = ReturnType<typeof scene>
const waits = { waits: true }
const enter = (s: Scene, token = 't1', more = {}) => s.call('d', { gate: true, token, up: { c: 'success' }, ...more })
/** What Lambda does with the event that whoever opened the gate sent. */
const wake = (s: Scene, at = 0, more = {}) => {
  const { task, token, up, ...rest } = s.woken[at]!.call
  return s.call(task, { ...rest, ...(token !== undefined && { token }), up, ...more })
}
const causeIn = ({ answers: [told] }: Scene): string => (told && 'cause' in told.answer ? told.answer.cause : '')
const success = (token: string) => ({ token, answer: { output: { s: 'success' } } })

describe('a task that is called at its closed gate', () => {
  test('leaves its call there; the arrival that opens the gate wakes it, and its token hears how it ended', async () => {
    const work = held()
    const s = joined({ handler: work.handler })
    expect(await enter(s)).toEqual(waits)
    await s.call('a')
    expect(s.woken).toEqual([])
    await s.call('b')
    expect(s.woken).toMatchObject([{ fn: functionArn, call: { task: 'd', token: 't1', woken: true, gate: true } }])
    expect(s.released).toEqual([])
    const begun = work.nextStart()
    const woken = wake(s)
    await begun
    expect(await s.record('d')).toMatchObject({ state: 'running', tryNumber: 1 })
    work.letGo()
    expect(await woken).toEqual(waits)
    expect(await s.record('d')).toMatchObject({ state: 'success' })
    expect(s.answers).toEqual([success('t1')])
  })

  test('keeps of its state data what it will read again: every arrival pays for the size of the gate', async () => {
    const s = joined()
    await enter(s, 't1', { up: { a: { s: 'success', n: 2 }, c: 'success' } })
    const { '^run': run, ...entries } = s.store.gates.get(`${runningRun.execution.name}/d`)!.held!.call.up
    expect(run).toEqual(s.run)
    expect(entries).toEqual({ a: { s: 'success', n: 2 } })
  })

  test('is held with its newest token when its state has called again', async () => {
    const s = joined()
    await enter(s, 't1')
    await enter(s, 't2')
    await s.call('a')
    await s.call('b')
    expect(s.woken.map(({ call }) => call.token)).toEqual(['t2'])
  })

  test('waits whatever is recorded already, and follows its rule when it is woken', async () => {
    const s = joined()
    await s.call('a')
    await s.store.putTaskInstance(null, { ...(await s.record('a'))!, taskId: 'b', state: 'skipped' })
    expect(await enter(s)).toEqual(waits)
    await s.call('b')
    await wake(s)
    expect(s.answers).toEqual([{ token: 't1', answer: { output: { s: 'skipped' } } }])
  })

  test('is not called by the machine of another plan', async () => {
    const s = joined()
    await expect(enter(s, 't1', { w: 'another' })).rejects.toMatchObject({ name: 'PlanMismatch' })
    expect(s.store.gates.size).toBe(0)
  })

  test('inside a mapped group has one gate per index', async () => {
    const group = { mappedGroup: 'g' }
    const s = scene({
      tasks: { a: group, b: group, d: { ...group, upstreams: ['a', 'b'] } },
      gates: { d: { need: ['a', 'b'], mappedGroup: 'g' } },
    })
    await enter(s, 't0', { i: 0, up: {} })
    await enter(s, 't1', { i: 1, up: {} })
    await s.call('a', { i: 1 })
    await s.call('b', { i: 0 })
    await s.call('b', { i: 1 })
    expect(s.woken.map(({ call }) => [call.i, call.token])).toEqual([[1, 't1']])
    await wake(s)
    expect(await s.record('d', 1)).toMatchObject({ state: 'success' })
    expect(await s.record('d', 0)).toBeNull()
  })
})

describe('a task that is called at its open gate', () => {
  const opened = async (handler: Handler, more: Partial<Task> = {}) => {
    const s = joined({ handler, ...more })
    await s.call('a')
    await s.call('b')
    return s
  }

  test('runs in that very call, and its token hears of its success', async () => {
    const s = await opened(() => 1)
    expect(await enter(s)).toEqual({ s: 'success' })
    expect(s.answers).toEqual([success('t1')])
    expect(s.woken).toEqual([])
  })

  test('throws to its machine what its handler throws', async () => {
    const s = await opened(() => Promise.reject(Object.assign(new Error('no'), { name: 'SourceDown' })), { retries: 1 })
    await expect(enter(s)).rejects.toMatchObject({ name: 'SourceDown' })
    expect(s.answers).toEqual([])
    expect(await s.record('d')).toMatchObject({ state: 'up_for_retry' })
  })

  test('asks its machine to call again while another invocation has the try', async () => {
    const work = held()
    const s = await opened(work.handler)
    const begun = work.nextStart()
    const first = enter(s)
    await begun
    await expect(enter(s, 't2')).rejects.toMatchObject({ name: 'TaskBusy' })
    work.letGo()
    await first
    expect(await enter(s, 't2')).toEqual({ s: 'success' })
    expect(s.answers).toEqual([success('t1'), success('t2')])
  })
})

describe('a woken task', () => {
  const woken = async (handler: Handler, more: Partial<Task> = {}) => {
    const s = joined({ handler, ...more })
    await enter(s)
    await s.call('a')
    await s.call('b')
    return s
  }

  test('that fails tells its token what Lambda would have told the machine', async () => {
    const s = await woken(() => Promise.reject(Object.assign(new Error('no'), { name: 'SourceDown' })), { retries: 1 })
    expect(await wake(s)).toEqual(waits)
    expect(s.answers).toMatchObject([{ token: 't1', answer: { error: 'SourceDown' } }])
    const cause = JSON.parse(causeIn(s))
    expect(cause).toMatchObject({ errorType: 'SourceDown', errorMessage: 'no' })
    expect(cause.trace[0]).toContain('no')
  })

  test('that fails with a very long message tells a cause that Step Functions takes', async () => {
    const s = await woken(() => Promise.reject(new Error('"'.repeat(100_000))))
    await wake(s)
    expect(causeIn(s).length).toBeLessThanOrEqual(32_768)
    expect(JSON.parse(causeIn(s))).toMatchObject({ errorType: 'Error' })
  })

  test('runs its next try in the call that its machine makes then', async () => {
    let tries = 0
    const s = await woken(() => (++tries === 1 ? Promise.reject(new Error('no')) : 2), { retries: 1 })
    await wake(s)
    expect(await enter(s, 't2')).toEqual({ s: 'success' })
    expect(await s.record('d')).toMatchObject({ state: 'success', tryNumber: 2 })
    expect(s.answers).toMatchObject([{ token: 't1' }, success('t2')])
  })

  test('runs once when its event is delivered twice, and only the holder of its try speaks', async () => {
    const work = held()
    const s = await woken(work.handler)
    const begun = work.nextStart()
    const first = wake(s)
    await begun
    expect(await wake(s)).toEqual(waits)
    expect(s.answers).toEqual([])
    work.letGo()
    await first
    expect(s.answers).toEqual([success('t1')])
    await wake(s)
    expect(s.answers).toEqual([success('t1'), success('t1')])
    expect(work.runs()).toBe(1)
  })

  test('does not begin when nobody waits for its token: its execution is over, or its state has called anew', async () => {
    let runs = 0
    const s = await woken(() => ++runs)
    s.gone.add('t1')
    expect(await wake(s)).toEqual(waits)
    expect([runs, await s.record('d'), s.answers]).toEqual([0, null, []])
  })

  test('asks its machine to call again when the platform is not well', async () => {
    const s = await woken(() => 1)
    const { putTaskInstance } = s.store
    s.store.putTaskInstance = () => Promise.reject(Object.assign(new Error('throttled'), { name: 'StoreError' }))
    await wake(s)
    expect(s.answers).toMatchObject([{ token: 't1', answer: { error: 'TaskBusy' } }])
    s.store.putTaskInstance = putTaskInstance
    expect(await enter(s, 't2')).toEqual({ s: 'success' })
  })

  test('that ends its run records the verdict before its token hears of it', async () => {
    const s = joined()
    await enter(s, 't1', { do: 'end' })
    await s.call('a')
    await s.call('b')
    const stateAtAnswer: unknown[] = []
    s.ports.releaseToken = async () => void stateAtAnswer.push((await s.store.getRun(runningRun))?.state)
    await wake(s)
    expect(stateAtAnswer).toEqual(['success'])
  })

  test('that ends a failed run says so to its token, after the failed run is recorded, and again', async () => {
    const s = joined({ triggerRule: 'all_done' })
    await enter(s, 't1', { do: 'end', up: { c: 'failed' } })
    await s.call('a')
    await s.call('b')
    for (const at of [0, 1]) {
      await wake(s)
      expect(s.answers[at]).toMatchObject({ token: 't1', answer: { error: 'DagRunFailed' } })
      expect(await s.store.getRun(runningRun)).toMatchObject({ state: 'failed' })
    }
    expect(await s.record('d')).toMatchObject({ state: 'success' })
  })
})

describe('what dies on the way', () => {
  const atOpenGate = async (handler: Handler, retries = 0) => {
    const s = joined({ handler, retries })
    await enter(s)
    await s.call('a')
    return s
  }
  const unwell = () => Promise.reject(Object.assign(new Error('gone'), { name: 'LambdaError' }))
  /** Lambda's report of a call that ended without a word of its own. */
  const crashed = (s: Scene, responsePayload: { errorType?: string } | null) =>
    failToken(s.ports, {
      requestContext: { condition: 'RetriesExhausted' },
      requestPayload: s.woken[0]!.call,
      responsePayload,
    })

  test('an opener between the flag and the wake-up: the repeated arrival wakes the task', async () => {
    const s = await atOpenGate(() => 1)
    const { wake: wakes } = s.ports
    s.ports.wake = unwell
    await expect(s.call('b')).rejects.toMatchObject({ name: 'TaskBusy' })
    expect(s.store.gates.get(`${runningRun.execution.name}/d`)).toMatchObject({ open: true })
    s.ports.wake = wakes
    await s.call('b')
    await wake(s)
    expect(s.answers).toEqual([success('t1')])
  })

  test('a wake-up that never arrives: the state calls anew and finds the gate open', async () => {
    const s = await atOpenGate(() => 1)
    await s.call('b')
    s.gone.add('t1')
    expect(await enter(s, 't2')).toEqual({ s: 'success' })
    await wake(s)
    expect(s.answers).toEqual([success('t2')])
  })

  test('a worker between the wake-up and its end: the machine hears of the crash and takes the try over', async () => {
    const work = held()
    const s = await atOpenGate(work.handler)
    await s.call('b')
    const begun = work.nextStart()
    void wake(s)
    await begun
    s.clock.silence()
    await crashed(s, { errorType: 'Runtime.ExitError' })
    expect(s.answers).toEqual([
      { token: 't1', answer: { error: 'Runtime.ExitError', cause: '{"errorType":"Runtime.ExitError"}' } },
    ])
    await expect(enter(s, 't2')).rejects.toMatchObject({ name: 'TaskBusy' })
    s.clock.advance(minuteMs)
    const again = work.nextStart()
    const second = enter(s, 't2')
    await again
    work.letGo()
    work.letGo()
    expect(await second).toEqual({ s: 'success' })
    expect(await s.record('d')).toMatchObject({ tryNumber: 1 })
  })

  test('a worker between its record and its token: the next call answers what is recorded', async () => {
    let runs = 0
    const s = await atOpenGate(() => ++runs)
    await s.call('b')
    const { releaseToken } = s.ports
    s.ports.releaseToken = () => Promise.reject(Object.assign(new Error('gone'), { name: 'StepFunctionsError' }))
    await expect(wake(s)).rejects.toMatchObject({ name: 'TaskBusy' })
    s.ports.releaseToken = releaseToken
    await crashed(s, { errorType: 'TaskBusy' })
    expect(await enter(s, 't2')).toEqual({ s: 'success' })
    expect(s.answers).toMatchObject([{ token: 't1', answer: { error: 'TaskBusy' } }, success('t2')])
    expect(runs).toBe(1)
  })

  test('a failed try whose token cannot be told is what the invocation itself ends with', async () => {
    const s = await atOpenGate(() => Promise.reject(Object.assign(new Error('no'), { name: 'SourceDown' })))
    await s.call('b')
    s.ports.releaseToken = () => Promise.reject(Object.assign(new Error('gone'), { name: 'StepFunctionsError' }))
    await expect(wake(s)).rejects.toMatchObject({ name: 'SourceDown' })
  })

  test('an event that Lambda could not deliver is no try: the machine is asked to call again', async () => {
    const s = await atOpenGate(() => 1)
    await s.call('b')
    await crashed(s, null)
    expect(s.answers).toMatchObject([{ token: 't1', answer: { error: 'TaskBusy' } }])
  })

  test('a repeated arrival wakes nobody while the task is at work, or when it has ended', async () => {
    const work = held()
    const s = await atOpenGate(work.handler)
    await s.call('b')
    const begun = work.nextStart()
    const running = wake(s)
    await begun
    await s.call('b')
    expect(s.woken).toHaveLength(1)
    work.letGo()
    await running
    await s.call('b')
    expect(s.woken).toHaveLength(1)
  })

  test('a repeated arrival wakes a task whose worker shows no sign of life any more', async () => {
    const work = held()
    const s = await atOpenGate(work.handler)
    await s.call('b')
    const begun = work.nextStart()
    void wake(s)
    await begun
    s.clock.silence()
    s.clock.advance(minuteMs)
    await s.call('b')
    expect(s.woken).toHaveLength(2)
  })
})

test('however calls, arrivals, repeats and deliveries interleave, the task runs once and its newest token hears of it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.integer({ min: 1, max: 3 }),
      fc.subarray(['a', 'b']),
      fc.boolean(),
      async (scheduler, entries, repeats, isDeliveredTwice) => {
        let runs = 0
        const s = joined({ handler: () => ++runs })
        const store = s.store
        s.ports.store = {
          ...store,
          arriveAtGate: scheduler.scheduleFunction(store.arriveAtGate),
          openGate: scheduler.scheduleFunction(store.openGate),
          holdGate: scheduler.scheduleFunction(store.holdGate),
          putTaskInstance: scheduler.scheduleFunction(store.putTaskInstance),
        }
        const events: Promise<unknown>[] = []
        const delivered = async ({ task, token = '', up }: TaskCall) => {
          await scheduler.schedule(Promise.resolve())
          await s.call(task, { token, gate: true, woken: true, up })
        }
        s.ports.wake = async (_fn, call) => {
          events.push(delivered(call))
          if (isDeliveredTwice) events.push(delivered(call))
        }
        // A state enters again only after it timed out: then its older tokens are gone. A busy try is asked for again.
        const entering = async () => {
          for (let entry = 1; entry <= entries; entry++) {
            if (entry > 1) s.gone.add(`t${entry - 1}`)
            for (let ask = 0; ask < 50; ask++) {
              const isBusy = await enter(s, `t${entry}`).then(
                () => false,
                () => true,
              )
              if (!isBusy) break
            }
          }
        }
        const arrivals = ['a', 'b', ...repeats].map((task) =>
          s.call(task).catch(() => s.call(task).catch(() => undefined)),
        )
        const everything = async () => {
          await Promise.all([entering(), ...arrivals])
          while (events.length > 0) await Promise.all(events.splice(0))
        }
        await scheduler.waitFor(everything())
        expect(runs).toBe(1)
        expect(s.answers.map(({ token }) => token)).toContain(`t${entries}`)
      },
    ),
    { seed: 20260301, numRuns: 150 },
  )
})
