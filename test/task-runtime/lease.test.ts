import { describe, expect, test } from 'vitest'
import { getContext } from '../../dag-compiler/define.ts'
import { held } from './support/held.ts'
import { minuteMs, runningRun, scene, startMs } from './support/scene.ts'

describe('a lease', () => {
  test('keeps a second invocation from running the same try', async () => {
    const work = held()
    const s = scene({ tasks: { a: { handler: work.handler } } })
    const begun = work.nextStart()
    const first = s.call('a')
    await begun
    await expect(s.call('a')).rejects.toMatchObject({
      name: 'TaskBusy',
      message:
        'Try 1 of task "a" is running in invocation request-1, until 2026-03-01T06:01:00.000Z unless it renews its lease.',
    })
    work.letGo()
    expect(await first).toEqual({ s: 'success' })
    expect(await s.call('a')).toEqual({ s: 'success' })
    expect(work.runs()).toBe(1)
  })

  test('goes to one of two invocations that arrive at once', async () => {
    const s = scene({ tasks: { a: { handler: () => 1 } } })
    const outcomes = await Promise.allSettled([s.call('a'), s.call('a')])
    expect(outcomes.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(outcomes.find((one) => one.status === 'rejected')?.reason).toMatchObject({ name: 'TaskBusy' })
    expect((await s.record('a'))?.tries).toHaveLength(1)
  })

  test('of another lifetime of the local world is void at once', async () => {
    const seen: string[] = []
    const handler = () => void seen.push(getContext().idempotencyKey)
    const s = scene({ tasks: { a: { handler } } })
    await s.store.putTaskInstance(null, { ...blank, lease: { holder: 'x', untilMs: startMs + minuteMs, epoch: 'one' } })
    await expect(s.call('a', { leaseEpoch: 'one' })).rejects.toMatchObject({ name: 'TaskBusy' })
    expect(await s.call('a', { leaseEpoch: 'two' })).toEqual({ s: 'success' })
    expect(seen).toHaveLength(1)
  })

  test('without an epoch counts in every lifetime', async () => {
    const s = scene({ tasks: { a: {} } })
    await s.store.putTaskInstance(null, { ...blank, lease: { holder: 'x', untilMs: startMs + minuteMs, epoch: null } })
    await expect(s.call('a', { leaseEpoch: 'two' })).rejects.toMatchObject({ name: 'TaskBusy' })
  })

  test('that was lost makes the late worker answer what the other one recorded', async () => {
    const work = held()
    const s = scene({ tasks: { a: { handler: work.handler } } })
    const begun = work.nextStart()
    const late = s.call('a')
    await begun
    const running = await present(s)
    await s.store.putTaskInstance(running, { ...running, state: 'failed', lease: null })
    work.letGo()
    expect(await late).toEqual({ s: 'failed' })
    expect(await s.record('a')).toMatchObject({ state: 'failed' })
  })

  test('that was lost to a worker still at work makes the late one ask again later', async () => {
    const work = held()
    const s = scene({ tasks: { a: { handler: work.handler } } })
    const begun = work.nextStart()
    const late = s.call('a')
    await begun
    const running = await present(s)
    await s.store.putTaskInstance(running, { ...running, lease: { holder: 'other', untilMs: startMs, epoch: null } })
    work.letGo()
    await expect(late).rejects.toMatchObject({ name: 'TaskBusy' })
  })
})

describe('the idempotency key', () => {
  test('is the same for a repeat of one try and another for the next try', async () => {
    const keys: string[] = []
    const handler = () => {
      keys.push(getContext().idempotencyKey)
      if (getContext().tryNumber === 1) throw new Error('once more')
    }
    const s = scene({ tasks: { a: { handler, retries: 1 } } })
    await s.store.putTaskInstance(null, { ...blank, lease: { holder: 'lost', untilMs: startMs, epoch: null } })
    await expect(s.call('a')).rejects.toThrow()
    await s.call('a')
    expect(keys).toHaveLength(2)
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
    expect(keys[0]).not.toBe(keys[1])
    const twin = scene({ tasks: { a: { handler, retries: 1 } } })
    await expect(twin.call('a')).rejects.toThrow()
    expect(keys[2]).toBe(keys[0])
  })
})

const blank = {
  dagId: runningRun.dagId,
  runId: runningRun.runId,
  taskId: 'a',
  mapIndex: -1,
  state: 'running',
  tryNumber: 1,
  maxTries: 0,
  operator: 'task',
  startDate: runningRun.startDate,
  endDate: null,
  duration: null,
  error: null,
  dagVersion: 3,
  tries: [],
} as const

async function present(s: ReturnType<typeof scene>) {
  const record = await s.record('a')
  if (!record) throw new Error('the record of "a" is missing')
  return record
}
