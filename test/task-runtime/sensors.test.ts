/** Sensors as their states call them: poke after poke, with lost workers, retries and redrives between. */
import { describe, expect, test } from 'vitest'
import { minuteMs, type SceneOptions, scene } from './support/scene.ts'

type Options = NonNullable<SceneOptions['tasks'][string]['options']>
const sensor: Options = {
  kind: 'sensor',
  pokeInterval: 60,
  timeout: 300,
  softFail: false,
  backoff: 1,
  maxPokeInterval: null,
  mode: 'reschedule',
}
const notReady = { name: 'SensorNotReady' }

function sensorScene(handler: () => unknown, fields: Partial<SceneOptions['tasks'][string]> = {}) {
  return scene({ tasks: { ready: { operator: 'sensor', options: sensor, handler, ...fields } } })
}

describe('a sensor', () => {
  test('waits between pokes without a lease, and its pokes are one try', async () => {
    const answers = [false, false, { rows: 3 }]
    const s = sensorScene(() => answers.shift())
    await expect(s.call('ready')).rejects.toMatchObject(notReady)
    const first = await s.record('ready')
    expect(first).toMatchObject({ state: 'up_for_reschedule', tryNumber: 1, lease: null, tries: [], endDate: null })
    s.clock.advance(minuteMs)
    await expect(s.call('ready')).rejects.toMatchObject(notReady)
    s.clock.advance(minuteMs)
    expect(await s.call('ready')).toEqual({ s: 'success' })
    const ended = await s.record('ready')
    expect(ended).toMatchObject({ state: 'success', tryNumber: 1, startDate: first?.startDate, duration: 120 })
    expect(ended?.tries).toHaveLength(1)
    expect((await s.store.listXComs(s.run, 'ready')).map(({ value }) => value)).toEqual([{ rows: 3 }])
  })

  test('called twice for one poke, pokes once', async () => {
    let pokes = 0
    let letGo: (answer: boolean) => void = () => undefined
    const s = sensorScene(() => {
      pokes += 1
      return new Promise<boolean>((resolve) => {
        letGo = resolve
      })
    })
    const first = s.call('ready')
    await expect.poll(() => pokes).toBe(1)
    await expect(s.call('ready')).rejects.toMatchObject({ name: 'TaskBusy' })
    letGo(false)
    await expect(first).rejects.toMatchObject(notReady)
    expect(pokes).toBe(1)
  })

  test('whose worker was lost pokes again under the same try and the same timeout', async () => {
    let pokes = 0
    const s = sensorScene(() => {
      pokes += 1
      return pokes === 2 ? new Promise(() => undefined) : false
    })
    await expect(s.call('ready')).rejects.toMatchObject(notReady)
    const { firstPoke } = (await s.record('ready')) ?? {}
    s.clock.advance(minuteMs)
    void s.call('ready')
    await expect.poll(() => pokes).toBe(2)
    s.clock.silence()
    s.clock.advance(2 * minuteMs)
    await expect(s.call('ready')).rejects.toMatchObject(notReady)
    expect(await s.record('ready')).toMatchObject({ state: 'up_for_reschedule', tryNumber: 1, firstPoke })
  })

  test('that throws loses a try; the time from its first poke goes on', async () => {
    const s = sensorScene(
      () => {
        throw new Error('no connection')
      },
      { retries: 9 },
    )
    await expect(s.call('ready')).rejects.toThrow('no connection')
    expect(await s.record('ready')).toMatchObject({ state: 'up_for_retry', tryNumber: 1 })
    s.clock.advance(6 * minuteMs)
    await expect(s.call('ready')).rejects.toThrow('no connection')
    expect(await s.record('ready')).toMatchObject({ state: 'up_for_retry', tryNumber: 2 })
  })

  test('that is not ready in time fails for good, whatever tries are left', async () => {
    const s = sensorScene(() => false, { retries: 3 })
    await expect(s.call('ready')).rejects.toMatchObject(notReady)
    s.clock.advance(301_000)
    await expect(s.call('ready')).rejects.toMatchObject({ name: 'FailTask' })
    expect(await s.record('ready')).toMatchObject({ state: 'failed', tryNumber: 1, error: { name: 'SensorTimeout' } })
  })

  test('without tries left its timeout goes by its own name', async () => {
    const s = sensorScene(() => false)
    await expect(s.call('ready')).rejects.toMatchObject(notReady)
    s.clock.advance(301_000)
    await expect(s.call('ready')).rejects.toMatchObject({ name: 'SensorTimeout' })
  })

  test('with softFail is skipped instead', async () => {
    const s = sensorScene(() => false, { options: { ...sensor, softFail: true } })
    await expect(s.call('ready')).rejects.toMatchObject(notReady)
    s.clock.advance(301_000)
    expect(await s.call('ready')).toEqual({ s: 'skipped' })
  })

  test('starts its time anew after a redrive', async () => {
    const s = sensorScene(() => false)
    await expect(s.call('ready')).rejects.toMatchObject(notReady)
    s.clock.advance(10 * minuteMs)
    await expect(s.call('ready', { redrive: 1 })).rejects.toMatchObject(notReady)
  })
})
