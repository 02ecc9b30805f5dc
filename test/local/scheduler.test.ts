import { describe, expect, it } from 'vitest'
import { createScheduler } from '../../local/scheduler/scheduler.ts'
import type { LaunchRequest, ScheduleSpec } from '../../run-model/index.ts'
import { handClock } from './support/hand-clock.ts'

const every = (expression: string, more: Partial<ScheduleSpec> = {}): ScheduleSpec => ({
  expressions: [expression],
  timezone: 'UTC',
  timetable: 'trigger',
  startDate: null,
  endDate: null,
  catchup: false,
  ...more,
})

function setUp(start: string, { firesTicks = true } = {}) {
  const clock = handClock(start)
  const calls: (LaunchRequest | { readonly kind: 'sweep' })[] = []
  const scheduler = createScheduler({
    clock,
    firesTicks,
    launch: (request) => calls.push(request),
    sweep: () => calls.push({ kind: 'sweep' }),
  })
  const ticks = () => calls.flatMap((call) => (call.kind === 'tick' ? [`${call.dagId} ${call.scheduledTime}`] : []))
  return { clock, calls, ticks, scheduler }
}

describe('a schedule', () => {
  it('is planned when it is added, for what was missed, and then wakes the launcher at each tick', () => {
    const { clock, calls, ticks, scheduler } = setUp('2026-03-01T00:00:30Z')
    scheduler.schedule('hourly', every('0 * * * *'))
    expect(calls).toEqual([{ kind: 'plan', dagId: 'hourly' }])
    expect(scheduler.nextTick('hourly')).toBe('2026-03-01T01:00:00.000Z')
    clock.moveTo('2026-03-01T03:30:00Z')
    expect(ticks()).toEqual([
      'hourly 2026-03-01T01:00:00.000Z',
      'hourly 2026-03-01T02:00:00.000Z',
      'hourly 2026-03-01T03:00:00.000Z',
    ])
  })

  it('is read in its time zone on the day the clocks change', () => {
    const { clock, ticks, scheduler } = setUp('2026-03-28T12:00:00Z')
    scheduler.schedule('night', every('30 2 * * *', { timezone: 'Europe/Zurich' }))
    clock.moveTo('2026-03-30T12:00:00Z')
    expect(ticks()).toEqual(['night 2026-03-29T01:30:00.000Z', 'night 2026-03-30T00:30:00.000Z'])
  })

  it('that is replaced or taken away rings no more', () => {
    const { clock, ticks, scheduler } = setUp('2026-03-01T00:00:00Z')
    scheduler.schedule('a', every('0 * * * *'))
    scheduler.schedule('a', every('30 * * * *'))
    scheduler.schedule('b', every('0 * * * *'))
    scheduler.unschedule('b')
    clock.moveTo('2026-03-01T01:45:00Z')
    expect(ticks()).toEqual(['a 2026-03-01T00:30:00.000Z', 'a 2026-03-01T01:30:00.000Z'])
    expect(scheduler.nextTick('b')).toBeNull()
  })

  it('without ticks of its own has none', () => {
    const { clock, ticks, scheduler } = setUp('2026-03-01T00:00:00Z')
    scheduler.schedule('manual', { ...every('x'), expressions: null })
    clock.moveTo('2026-04-01T00:00:00Z')
    expect(ticks()).toEqual([])
  })

  it('fires nothing in a world that lives for one command, and its next tick is known', () => {
    const { clock, calls, scheduler } = setUp('2026-03-01T00:00:00Z', { firesTicks: false })
    scheduler.schedule('hourly', every('0 * * * *'))
    scheduler.start()
    clock.moveTo('2026-03-01T05:00:00Z')
    expect(calls.filter(({ kind }) => kind !== 'sweep')).toEqual([])
    expect(scheduler.nextTick('hourly')).toBe('2026-03-01T01:00:00.000Z')
  })
})

describe('a machine that slept', () => {
  it('sends one tick for all that it missed, and goes on with the next', () => {
    const { clock, scheduler } = setUp('2026-03-01T00:00:00Z')
    const late: string[] = []
    const awakeMs = Date.parse('2026-03-01T06:10:00Z')
    const sleeping = createScheduler({
      // Timers that stood still: no alarm rings before the end of the sleep.
      clock: { now: () => clock.now(), alarm: (atMs, fire) => clock.alarm(Math.max(atMs, awakeMs), fire) },
      firesTicks: true,
      launch: (request) => request.kind === 'tick' && late.push(request.scheduledTime),
      sweep: () => {},
    })
    sleeping.schedule('hourly', every('0 * * * *'))
    clock.moveTo('2026-03-01T06:10:00Z')
    sleeping.close()
    scheduler.close()
    expect(late).toEqual(['2026-03-01T01:00:00.000Z'])
    expect(sleeping.nextTick('hourly')).toBe('2026-03-01T07:00:00.000Z')
  })
})

describe('a queued run', () => {
  it('is planned when its time comes, once', () => {
    const { clock, calls, scheduler } = setUp('2026-03-01T00:00:00Z')
    scheduler.planAt('later', '2026-03-01T00:05:00Z')
    scheduler.planAt('later', '2026-03-01T00:05:00Z')
    clock.moveTo('2026-03-01T00:04:59Z')
    expect(calls).toEqual([])
    clock.moveTo('2026-03-01T00:05:00Z')
    expect(calls).toEqual([{ kind: 'plan', dagId: 'later' }])
  })
})

describe('the beat', () => {
  it('sweeps at the start and every minute, and stops when closed', () => {
    const { clock, calls, scheduler } = setUp('2026-03-01T00:00:00Z')
    expect(scheduler.lastBeat()).toBeNull()
    scheduler.start()
    clock.moveTo('2026-03-01T00:02:30Z')
    expect(calls).toHaveLength(3)
    expect(scheduler.lastBeat()).toBe('2026-03-01T00:02:00.000Z')
    scheduler.close()
    clock.moveTo('2026-03-01T01:00:00Z')
    expect(calls).toHaveLength(3)
  })
})
