import { expect, test } from 'vitest'
import { firstPokeOf, pokeSensor, type SensorOptions } from '../../lambdas/task-runtime/poke-sensor.ts'
import { taskInstance } from '../support/runs.ts'
import { manualClock, startMs } from './support/scene.ts'

const options: SensorOptions = {
  kind: 'sensor',
  pokeInterval: 60,
  timeout: 300,
  softFail: false,
  backoff: 1,
  maxPokeInterval: null,
  mode: 'reschedule',
}
const firstPoke = { at: new Date(startMs).toISOString(), of: 'sales-1#0' }
const running = taskInstance({ firstPoke })

/** Pokes once, `seconds` after the first poke. */
async function pokeAt(seconds: number, answer: unknown, changes: Partial<SensorOptions> = {}) {
  const clock = manualClock(startMs + seconds * 1000)
  const poking = { options: { ...options, ...changes }, running, signal: new AbortController().signal }
  return pokeSensor(clock, poking, async () => answer).catch((error: Error) => error.name)
}

test('the first truthy answer is what the sensor returns', async () => {
  expect(await pokeAt(0, { rows: 3 })).toEqual({ rows: 3 })
  expect(await pokeAt(0, true)).toBe(true)
})

test.each([false, 0, '', null, undefined])('%j means not ready', async (answer) => {
  expect(await pokeAt(0, answer)).toBe('SensorNotReady')
})

test('the timeout counts from the first poke; the poke that finds it over still counts', async () => {
  expect(await pokeAt(300, false)).toBe('SensorNotReady')
  expect(await pokeAt(301, false)).toBe('SensorTimeout')
  expect(await pokeAt(301, 'there')).toBe('there')
})

test('with softFail a timeout skips', async () => {
  expect(await pokeAt(301, false, { softFail: true })).toBe('SkipTask')
})

/** Lets `pokeSensor` come to its next pause, then moves time there. */
async function pokeInOneInvocation(changes: Partial<SensorOptions>, readyAfter: number) {
  const clock = manualClock(startMs)
  const pokes: number[] = []
  const stop = new AbortController()
  const poking = { options: { ...options, mode: 'poke' as const, ...changes }, running, signal: stop.signal }
  let isOver = false
  const ended = pokeSensor(clock, poking, async () => {
    pokes.push((clock.now() - startMs) / 1000)
    return pokes.length > readyAfter
  })
    .catch((error: Error) => error.name)
    .finally(() => {
      isOver = true
    })
  for (let seconds = 0; seconds < 1000 && !isOver; seconds++) {
    for (let turn = 0; turn < 5; turn++) await Promise.resolve()
    clock.advance(1000)
  }
  return { pokes, end: await ended, pending: clock.pending() }
}

test('in poke mode one invocation waits and asks again', async () => {
  expect(await pokeInOneInvocation({}, 2)).toEqual({ pokes: [0, 60, 120], end: true, pending: 0 })
})

test('intervals grow by the backoff up to the longest', async () => {
  const { pokes, end } = await pokeInOneInvocation({ pokeInterval: 10, backoff: 2, maxPokeInterval: 50 }, 99)
  expect(pokes).toEqual([0, 10, 30, 70, 120, 170, 220, 270, 320])
  expect(end).toBe('SensorTimeout')
})

test('a pause ends at once when the try has to stop', async () => {
  const clock = manualClock(startMs)
  const stop = new AbortController()
  const poking = { options: { ...options, mode: 'poke' as const }, running, signal: stop.signal }
  const ended = pokeSensor(clock, poking, async () => false)
  await Promise.resolve()
  await Promise.resolve()
  stop.abort(new Error('time is up'))
  await expect(ended).rejects.toThrow('time is up')
  expect(clock.pending()).toBe(0)
})

test('retries keep the first poke; another execution and a redrive start anew', () => {
  const call = { x: 'sales-1' }
  expect(firstPokeOf(running, call, startMs + 5000)).toBe(firstPoke)
  expect(firstPokeOf(null, call, startMs)).toEqual(firstPoke)
  const later = new Date(startMs + 5000).toISOString()
  expect(firstPokeOf(running, { x: 'sales-2' }, startMs + 5000)).toEqual({ at: later, of: 'sales-2#0' })
  expect(firstPokeOf(running, { ...call, redrive: 1 }, startMs + 5000)).toEqual({ at: later, of: 'sales-1#1' })
})
