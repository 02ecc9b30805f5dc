import { describe, expect, test } from 'vitest'
import { runningRun, type SceneOptions, scene } from './support/scene.ts'

const chain = (more: Partial<SceneOptions['tasks'][string]> = {}): SceneOptions => ({
  tasks: { a: {}, z: { upstreams: ['a'], ...more } },
})
const run = (s: ReturnType<typeof scene>) => s.store.getRun(runningRun)

describe('the last task of a run', () => {
  test('ends the run with its verdict', async () => {
    const s = scene(chain())
    await s.call('a')
    expect(await s.call('z', { up: { a: 'success' }, do: 'end' })).toEqual({ s: 'success' })
    expect(await run(s)).toMatchObject({ state: 'success', endDate: '2026-03-01T06:00:00.000Z' })
  })

  test('fails the execution after the failed run is recorded, and says so again', async () => {
    const s = scene(chain())
    for (const _ of [1, 2]) {
      await expect(s.call('z', { up: { a: 'failed' }, do: 'end' })).rejects.toMatchObject({ name: 'DagRunFailed' })
      expect(await run(s)).toMatchObject({ state: 'failed', reason: 'task_failed' })
    }
    expect(await s.record('z')).toMatchObject({ state: 'upstream_failed' })
    expect(await s.record('a')).toMatchObject({ state: 'failed' })
  })

  test('that fails leaves the end to the finalizer', async () => {
    const s = scene(chain({ handler: () => Promise.reject(new Error('no')) }))
    await expect(s.call('z', { up: { a: 'success' }, do: 'end' })).rejects.toThrow('no')
    expect(await run(s)).toMatchObject({ state: 'running' })
  })

  test('that died before it ended the run ends it when it is called again, without its handler', async () => {
    let runs = 0
    const s = scene(chain({ handler: () => ++runs }))
    const finish = s.store.finishRun
    s.store.finishRun = () => Promise.reject(Object.assign(new Error('gone'), { name: 'StoreError' }))
    await expect(s.call('z', { up: { a: 'success' }, do: 'end' })).rejects.toMatchObject({ name: 'TaskBusy' })
    s.store.finishRun = finish
    expect(await s.call('z', { up: { a: 'success' }, do: 'end' })).toEqual({ s: 'success' })
    expect(await run(s)).toMatchObject({ state: 'success' })
    expect(runs).toBe(1)
  })

  test('of an earlier execution leaves the run to the newer one', async () => {
    const s = scene(chain())
    const execution = { ...runningRun.execution, name: 'sales-2', attempt: 2 }
    for (const key of s.store.runs.keys()) s.store.runs.set(key, { ...runningRun, execution })
    expect(await s.call('z', { up: { a: 'success' }, do: 'end' })).toEqual({ s: 'success' })
    expect(await run(s)).toMatchObject({ state: 'running' })
  })
})

describe('a value that a service task reads', () => {
  const exposing = (returned: unknown, path: readonly (string | number)[] = ['files', 0]) =>
    scene({ tasks: { a: { exposes: [path], handler: () => returned } } })

  test('travels in the entry and is answered again from the record', async () => {
    const s = exposing({ files: ['x.csv', 'y.csv'] })
    for (const _ of [1, 2]) expect(await s.call('a')).toMatchObject({ s: { s: 'success' } })
    const answer = await s.call('a')
    expect(Object.values((answer.s as { v: object }).v)).toEqual(['x.csv'])
  })

  test.each([
    ['is missing', {}, 'but there is nothing'],
    ['is larger than 4 KiB', { files: ['x'.repeat(5_000)] }, '4096 are the limit'],
  ])('fails the try when it %s', async (_, returned, message) => {
    const s = exposing(returned)
    await expect(s.call('a')).rejects.toThrow(message)
    expect(await s.record('a')).toMatchObject({ state: 'failed', error: { name: 'ExposedValueError' } })
  })
})
