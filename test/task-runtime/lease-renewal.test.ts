import { describe, expect, test } from 'vitest'
import { getClient, getContext } from '../../dag-compiler/define.ts'
import { StoreError } from '../../lambdas/store/index.ts'
import { runWithLimits } from '../../lambdas/task-runtime/run-with-limits.ts'
import { held } from './support/held.ts'
import { memoryStore } from './support/memory-store.ts'
import { type CallOptions, manualClock, minuteMs, runningRun, sceneOn, startMs } from './support/scene.ts'

const beatMs = 20_000
const busy = { name: 'TaskBusy' }

/** Task `a` runs `handler`; writes of its record are counted and can be made to fail. */
function countedScene(handler: () => unknown) {
  const store = memoryStore([runningRun])
  const put = store.putTaskInstance
  const state = { writes: 0, away: false }
  store.putTaskInstance = async (seen, next) => {
    state.writes += 1
    if (state.away) throw new StoreError('cannot reach the table', new Error('ECONNREFUSED'))
    return put(seen, next)
  }
  const s = sceneOn(store, { tasks: { a: { handler } } })
  const present = async () => {
    const record = await s.record('a')
    if (!record) throw new Error('the record of "a" is missing')
    return record
  }
  const secondsLeft = async () => ((await present()).lease?.untilMs ?? 0) / 1000 - s.clock.now() / 1000
  /** Somebody else holds the try from now on. */
  const takeOver = async () => {
    const running = await present()
    await put(running, { ...running, lease: { holder: 'other', untilMs: s.clock.now() + minuteMs, epoch: null } })
  }
  return { ...s, state, present, secondsLeft, takeOver }
}

/** The same with a handler that the test lets go. */
function heldScene() {
  const work = held()
  const signals: AbortSignal[] = []
  const s = countedScene(() => {
    signals.push(getContext().signal)
    return work.handler()
  })
  const begin = async (options: CallOptions = {}): Promise<{ readonly answer: ReturnType<typeof s.call> }> => {
    const begun = work.nextStart()
    const answer = s.call('a', options)
    await begun
    return { answer }
  }
  return { ...s, work, signals, begin }
}

describe('the lease of a running try', () => {
  test('lasts a minute and is renewed every 20 s for as long as the handler runs', async () => {
    const s = heldScene()
    const { answer } = await s.begin()
    expect(await s.secondsLeft()).toBe(60)
    for (let beat = 1; beat <= 12; beat++) {
      s.clock.advance(beatMs - 1)
      expect(s.state.writes).toBe(beat)
      s.clock.advance(1)
      expect(await s.secondsLeft()).toBe(60)
    }
    await expect(s.call('a')).rejects.toMatchObject(busy)
    s.work.letGo()
    expect(await answer).toEqual({ s: 'success' })
    expect(await s.record('a')).toMatchObject({ lease: null, tries: [{ tryNumber: 1, state: 'success' }] })
    expect(s.clock.pending()).toBe(0)
  })

  test('costs a task of less than 20 s no write', async () => {
    const s = heldScene()
    const { answer } = await s.begin()
    s.clock.advance(beatMs - 1)
    s.work.letGo()
    await answer
    expect(s.state.writes).toBe(2)
  })

  test('never outlasts its Lambda, and is not renewed once it lasts as long', async () => {
    const s = heldScene()
    const { answer } = await s.begin({ deadlineMs: startMs + 90_000 })
    s.clock.advance(beatMs)
    expect(await s.secondsLeft()).toBe(60)
    s.clock.advance(beatMs)
    expect(await s.secondsLeft()).toBe(50)
    s.clock.advance(beatMs)
    expect(s.state.writes).toBe(3)
    s.work.letGo()
    await answer
    const short = heldScene()
    await short.begin({ deadlineMs: startMs + 50_000 })
    expect(await short.secondsLeft()).toBe(50)
    short.clock.advance(beatMs)
    expect(short.state.writes).toBe(1)
  })

  test('is over a minute after its worker last renewed it: a lost try is repeated under its own number', async () => {
    const s = heldScene()
    await s.begin()
    s.clock.advance(beatMs)
    s.clock.silence()
    s.clock.advance(minuteMs - 1)
    await expect(s.call('a')).rejects.toMatchObject(busy)
    s.clock.advance(1)
    const { answer } = await s.begin()
    s.work.letGo()
    s.work.letGo()
    expect(await answer).toEqual({ s: 'success' })
    expect(await s.record('a')).toMatchObject({ tryNumber: 1, tries: [{ tryNumber: 1, state: 'success' }] })
  })

  test('is renewed at the next beat when the table cannot be reached', async () => {
    const s = heldScene()
    const { answer } = await s.begin()
    s.state.away = true
    s.clock.advance(beatMs)
    s.clock.advance(beatMs)
    expect(await s.secondsLeft()).toBe(20)
    s.state.away = false
    s.clock.advance(beatMs - 1)
    expect(await s.secondsLeft()).toBeLessThan(1)
    s.clock.advance(1)
    expect(await s.secondsLeft()).toBe(60)
    expect(s.signals[0]?.aborted).toBe(false)
    expect(s.lines.filter(({ message }) => message === 'lease renewal failed')).toHaveLength(2)
    s.work.letGo()
    expect(await answer).toEqual({ s: 'success' })
  })
})

describe('a worker whose lease was taken', () => {
  test('fires the signal at the next beat and leaves without writing', async () => {
    const s = heldScene()
    const { answer } = await s.begin()
    await s.takeOver()
    const taken = await s.present()
    expect(s.signals[0]?.aborted).toBe(false)
    s.clock.advance(beatMs)
    await expect(answer).rejects.toMatchObject(busy)
    expect(s.signals[0]?.reason).toMatchObject({
      name: 'LeaseLost',
      message: expect.stringContaining('Try 1 of task "a" was taken over'),
    })
    expect(await s.record('a')).toEqual(taken)
    expect(s.lines.at(-1)).toMatchObject({ level: 'warn', message: 'task try lost' })
    expect(s.clock.pending()).toBe(0)
  })

  test('hears of it too when the run has ended its task', async () => {
    const s = heldScene()
    const { answer } = await s.begin()
    const running = await s.present()
    await s.store.putTaskInstance(running, { ...running, state: 'skipped', lease: null })
    s.clock.advance(beatMs)
    expect(await answer).toEqual({ s: 'skipped' })
    expect(s.signals[0]?.aborted).toBe(true)
  })

  test('that blocked the event loop does not overwrite what the other one returned', async () => {
    const results: (() => Promise<unknown>)[] = [
      async () => {
        s.clock.block(minuteMs)
        expect(await s.call('a')).toEqual({ s: 'success' })
        return 'late'
      },
      async () => 'in time',
    ]
    const s = countedScene(() => results.shift()?.())
    expect(await s.call('a')).toEqual({ s: 'success' })
    expect((await s.store.getXCom(runningRun, 'a', 'return_value'))?.value).toBe('in time')
    expect((await s.present()).tries).toHaveLength(1)
  })

  test('that blocked the event loop can no longer push an XCom or set a variable', async () => {
    const outcomes: PromiseSettledResult<void>[] = []
    const s = countedScene(async () => {
      s.clock.block(minuteMs)
      await s.takeOver()
      const client = getClient()
      const writes = [client.setXCom({ key: 'k', value: 1 }), client.setVariable('v', '1'), client.deleteVariable('w')]
      outcomes.push(...(await Promise.allSettled(writes)))
    })
    await s.store.setVariable('w', 'kept')
    await expect(s.call('a')).rejects.toMatchObject(busy)
    const refused = { status: 'rejected', reason: { name: 'LeaseLost' } }
    await expect.poll(() => outcomes).toMatchObject([refused, refused, refused])
    expect(await s.store.getXCom(runningRun, 'a', 'k')).toBeNull()
    expect(Object.fromEntries(s.store.variables)).toEqual({ w: 'kept' })
  })

  test('does not start its handler when it hears of it before', async () => {
    const lost = AbortSignal.abort(new Error('lost'))
    const limits = { executionTimeoutSeconds: null, deadlineMs: startMs + minuteMs, stopped: lost }
    const started: string[] = []
    const running = runWithLimits(manualClock(startMs), limits, async () => started.push('handler'))
    await expect(running).rejects.toThrow('lost')
    expect(started).toEqual([])
  })
})

test('a worker that blocked the event loop keeps its try when nobody has taken it', async () => {
  const s = countedScene(() => {
    s.clock.block(3 * minuteMs)
    return 'late'
  })
  expect(await s.call('a')).toEqual({ s: 'success' })
  expect((await s.store.getXCom(runningRun, 'a', 'return_value'))?.value).toBe('late')
  expect(s.state.writes).toBe(3)
})
