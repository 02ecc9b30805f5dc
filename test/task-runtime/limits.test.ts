import { describe, expect, test } from 'vitest'
import { getClient, getContext } from '../../dag-compiler/define.ts'
import { openPromise } from './support/open-promise.ts'
import { minuteMs, scene, startMs } from './support/scene.ts'

const never = () => new Promise<never>(() => undefined)

/** Waits until the handler runs; resolves in the same turn in which it starts. */
function started<T>(handler: () => T) {
  const { promise, resolve } = openPromise<void>()
  return {
    promise,
    handler: () => {
      resolve()
      return handler()
    },
  }
}

describe('executionTimeout', () => {
  test('fails the try with TaskTimeout and fires the signal', async () => {
    const signals: AbortSignal[] = []
    const work = started(() => {
      signals.push(getContext().signal)
      return never()
    })
    const s = scene({ tasks: { slow: { handler: work.handler, executionTimeout: 60, retries: 1 } } })
    const answer = s.call('slow')
    await work.promise
    s.clock.advance(minuteMs - 1)
    expect(signals[0]?.aborted).toBe(false)
    s.clock.advance(1)
    await expect(answer).rejects.toMatchObject({
      name: 'TaskTimeout',
      message: 'The task ran longer than its executionTimeout of 60 seconds.',
    })
    expect(signals[0]?.aborted).toBe(true)
    expect(await s.record('slow')).toMatchObject({
      state: 'up_for_retry',
      duration: 60,
      error: { name: 'TaskTimeout' },
    })
  })

  test('leaves no alarm behind when the task is in time', async () => {
    const s = scene({ tasks: { quick: { handler: () => 1, executionTimeout: 60 } } })
    await s.call('quick')
    expect(s.clock.pending()).toBe(0)
  })

  test('stops a handler that goes on from writing into the next try', async () => {
    const { promise: goOn, resolve } = openPromise<void>()
    const { promise: refused, resolve: tell } = openPromise<unknown>()
    const work = started(async () => {
      const client = getClient()
      await goOn
      await client.setXCom({ key: 'late', value: 1 }).catch(tell)
    })
    const s = scene({ tasks: { slow: { handler: work.handler, executionTimeout: 60 } } })
    const answer = s.call('slow')
    await work.promise
    s.clock.advance(minuteMs)
    await expect(answer).rejects.toMatchObject({ name: 'TaskTimeout' })
    resolve()
    expect(await refused).toMatchObject({ message: expect.stringContaining('Try 1 of task "slow" has ended') })
  })
})

describe('the limit of the Lambda function', () => {
  test('fires the signal 10 s before it, without failing the try', async () => {
    const work = started(
      () =>
        new Promise((resolve) => {
          getContext().signal.addEventListener('abort', () => resolve('half done'))
        }),
    )
    const s = scene({ tasks: { long: { handler: work.handler } } })
    const answer = s.call('long', { deadlineMs: startMs + 15 * minuteMs })
    await work.promise
    s.clock.advance(15 * minuteMs - 10_000)
    expect(await answer).toEqual({ s: 'success' })
  })

  test('fails the try while there is time to record it', async () => {
    const work = started(never)
    const s = scene({ tasks: { long: { handler: work.handler, retries: 1 } } })
    const answer = s.call('long', { deadlineMs: startMs + 15 * minuteMs })
    await work.promise
    s.clock.advance(15 * minuteMs - 2_000)
    await expect(answer).rejects.toMatchObject({ name: 'TaskTimeout', message: expect.stringContaining('900 seconds') })
    expect(await s.record('long')).toMatchObject({ state: 'up_for_retry', lease: null })
  })
})
