import { describe, expect, test } from 'vitest'
import { getContext } from '../../dag-compiler/define.ts'
import { held } from './support/held.ts'
import { runningRun, type SceneOptions, scene } from './support/scene.ts'

const modes = (onFailure: 'drain' | 'failFast', tasks: SceneOptions['tasks']) => scene({ tasks, wiring: { onFailure } })
const fail = (s: ReturnType<typeof scene>) => s.store.markRunFailing(runningRun, runningRun.execution.name)

describe.each(['drain', 'failFast'] as const)('in a run that is failing under %s', (onFailure) => {
  test('a task that has not begun is skipped without looking at its rule', async () => {
    const s = modes(onFailure, { a: {}, b: { upstreams: ['a'], handler: () => expect.unreachable() } })
    await fail(s)
    expect(await s.call('b', { up: { a: 'success' } })).toEqual({ s: 'skipped' })
    expect(await s.record('b')).toMatchObject({ state: 'skipped', tryNumber: 0 })
  })

  test('what is recorded stands', async () => {
    const s = modes(onFailure, { a: {} })
    await s.call('a')
    await fail(s)
    expect(await s.call('a')).toEqual({ s: 'success' })
  })

  test('a teardown runs', async () => {
    const s = modes(onFailure, {
      s: {},
      w: { upstreams: ['s'] },
      t: { upstreams: ['s', 'w'], triggerRule: 'all_done_setup_success', teardownOf: ['s'] },
    })
    await fail(s)
    expect(await s.call('t', { up: { s: 'success', w: 'failed' } })).toEqual({ s: 'success' })
  })

  test('a mapped task has no instance', async () => {
    const mapping = { kind: 'expand', over: { x: { value: [1, 2] } } } as const
    const s = modes(onFailure, { m: { mapped: { maxLength: 4, over: [] }, mapping } })
    await fail(s)
    expect(await s.call('m', { do: 'expand' })).toEqual({ s: { s: 'skipped', n: 0 } })
  })
})

describe('a task between two tries', () => {
  const once = () => {
    if (getContext().tryNumber === 1) throw new Error('first')
  }

  test('goes on under drain', async () => {
    const s = modes('drain', { a: { retries: 1, handler: once } })
    await expect(s.call('a')).rejects.toThrow('first')
    await fail(s)
    expect(await s.call('a')).toEqual({ s: 'success' })
  })

  test('ends as failed under failFast, with the error of its last try', async () => {
    const s = modes('failFast', { a: { retries: 1, handler: once } })
    await expect(s.call('a')).rejects.toThrow('first')
    await fail(s)
    expect(await s.call('a')).toEqual({ s: 'failed' })
    expect(await s.record('a')).toMatchObject({ state: 'failed', error: { message: 'first' } })
  })
})

describe('a running task', () => {
  const running = async (onFailure: 'drain' | 'failFast', task: SceneOptions['tasks'][string] = {}) => {
    const one = held()
    const signals: AbortSignal[] = []
    const handler = () => {
      signals.push(getContext().signal)
      return one.handler()
    }
    const s = modes(onFailure, { a: { retries: 3, handler, ...task } })
    const started = one.nextStart()
    const answer = s.call('a').then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    )
    await started
    await fail(s)
    s.clock.advance(20_000)
    return { s, one, answer, isAborted: () => signals[0]?.aborted }
  }

  test('is aborted at its next sign of life under failFast, and gets no further try', async () => {
    const { s, answer, isAborted } = await running('failFast')
    expect(await answer).toMatchObject({ error: { name: 'FailTask', message: expect.stringContaining('fails fast') } })
    expect(await s.record('a')).toMatchObject({ state: 'failed', tryNumber: 1, error: { name: 'FailTask' } })
    expect(isAborted()).toBe(true)
  })

  test('finishes under drain', async () => {
    const { one, answer } = await running('drain')
    one.letGo()
    expect(await answer).toEqual({ value: { s: 'success' } })
  })

  test('finishes if it is a teardown', async () => {
    const { one, answer } = await running('failFast', { teardownOf: [] })
    one.letGo()
    expect(await answer).toEqual({ value: { s: 'success' } })
  })
})
