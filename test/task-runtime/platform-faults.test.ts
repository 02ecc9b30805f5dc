import { describe, expect, test } from 'vitest'
import { getClient } from '../../dag-compiler/define.ts'
import { StoreError } from '../../lambdas/store/index.ts'
import { memoryStore } from './support/memory-store.ts'
import { minuteMs, runningRun, sceneOn } from './support/scene.ts'

const away = () => Promise.reject(new StoreError('cannot reach the table', new Error('ECONNREFUSED')))
const busy = { name: 'TaskBusy', message: expect.stringContaining('cannot reach the table') }

/** A store whose methods a test takes away and gives back. */
function fragile() {
  const store = memoryStore([runningRun])
  return { ...store, whole: store }
}

describe('a fault of the platform', () => {
  test('before the try is asked again later and uses up no try', async () => {
    const store = fragile()
    const s = sceneOn(store, { tasks: { a: {} } })
    for (const method of ['getRun', 'getTaskInstances', 'putTaskInstance'] as const) {
      store[method] = away
      await expect(s.call('a')).rejects.toMatchObject(busy)
      Object.assign(store, store.whole)
    }
    expect(s.lines.map((line) => line.message)).toEqual(['platform fault', 'platform fault', 'platform fault'])
    expect(await s.call('a')).toEqual({ s: 'success' })
    expect(await s.record('a')).toMatchObject({ tryNumber: 1 })
  })

  test('while the end of a try is written makes the same try run again once its lease is over', async () => {
    const store = fragile()
    let runs = 0
    const handler = () => {
      runs += 1
      if (runs === 1) store.putTaskInstance = away
    }
    const s = sceneOn(store, { tasks: { a: { handler } } })
    await expect(s.call('a')).rejects.toMatchObject(busy)
    Object.assign(store, store.whole)
    await expect(s.call('a')).rejects.toMatchObject({ name: 'TaskBusy', message: expect.stringContaining('Try 1') })
    s.clock.advance(minuteMs)
    expect(await s.call('a')).toEqual({ s: 'success' })
    expect(await s.record('a')).toMatchObject({ tryNumber: 1, tries: [{ tryNumber: 1 }] })
  })

  test('after the end is written is healed by the next call, which only tells the gates', async () => {
    const store = fragile()
    let runs = 0
    const s = sceneOn(store, {
      tasks: { a: { handler: () => void runs++ }, d: { upstreams: ['a'] } },
      gates: { d: { need: ['a'] } },
    })
    store.arriveAtGate = away
    await expect(s.call('a')).rejects.toMatchObject(busy)
    Object.assign(store, store.whole)
    expect(await s.call('a')).toEqual({ s: 'success' })
    expect(runs).toBe(1)
    expect(store.gates.size).toBe(1)
  })

  test('that the handler meets is a failure of its try', async () => {
    const store = fragile()
    const handler = () => getClient().setXCom({ key: 'k', value: 1 })
    const s = sceneOn(store, { tasks: { a: { handler } } })
    store.putXCom = away
    await expect(s.call('a')).rejects.toMatchObject({ name: 'StoreError' })
    expect(await s.record('a')).toMatchObject({ state: 'failed', error: { name: 'StoreError' } })
  })
})
