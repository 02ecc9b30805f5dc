import { describe, expect, test } from 'vitest'
import { latestTicks, manualInterval, nextTick, runOf, type ScheduleSpec, ticksBetween } from '../../run-model/index.ts'
import { oracle } from './cron-oracle.ts'

const schedule = (part: Partial<ScheduleSpec>): ScheduleSpec => ({
  expressions: ['0 0 * * *'],
  timezone: 'UTC',
  timetable: 'trigger',
  startDate: null,
  endDate: null,
  catchup: false,
  ...part,
})
const cron = (expression: string, timezone = 'UTC', part: Partial<ScheduleSpec> = {}) =>
  schedule({ expressions: [expression], timezone, ...part })
const z = (text: string) => new Date(`${text}Z`).toISOString()

describe('daylight saving', () => {
  test.each([
    // The table of semantics §3.
    ['30 * * * *', 'Europe/Zurich', '2026-10-25T00:00', ['2026-10-25T00:30', '2026-10-25T01:30', '2026-10-25T02:30']],
    ['30 * * * *', 'Europe/Zurich', '2026-03-29T00:00', ['2026-03-29T00:30', '2026-03-29T01:30']],
    ['30 2 * * *', 'Europe/Zurich', '2026-03-28T00:00', ['2026-03-28T01:30', '2026-03-29T01:30', '2026-03-30T00:30']],
    ['30 2 * * *', 'Europe/Zurich', '2026-10-24T00:00', ['2026-10-24T00:30', '2026-10-25T01:30', '2026-10-26T01:30']],
    // 02:30 does not exist and becomes 03:30, which the pattern names too: one tick.
    ['30 2,3 * * *', 'Europe/Zurich', '2026-03-29T00:00', ['2026-03-29T01:30', '2026-03-30T00:30']],
    // New York: gap 8 Mar 02→03, overlap 1 Nov 02→01.
    ['30 2 * * *', 'America/New_York', '2026-03-07T12:00', ['2026-03-08T07:30', '2026-03-09T06:30']],
    ['30 1 * * *', 'America/New_York', '2026-10-31T12:00', ['2026-11-01T06:30', '2026-11-02T06:30']],
    [
      '30 * * * *',
      'America/New_York',
      '2026-11-01T05:00',
      ['2026-11-01T05:30', '2026-11-01T06:30', '2026-11-01T07:30'],
    ],
    // Lord Howe shifts by 30 minutes: gap 4 Oct 02:00→02:30, overlap 5 Apr 02:00→01:30.
    ['15 2 * * *', 'Australia/Lord_Howe', '2026-10-02T20:00', ['2026-10-03T15:45', '2026-10-04T15:15']],
    ['45 1 * * *', 'Australia/Lord_Howe', '2026-04-03T20:00', ['2026-04-04T15:15', '2026-04-05T15:15']],
    // Apia had no 30 December 2011: its noon falls on the 31st's, and the two are one tick.
    ['0 12 * * *', 'Pacific/Apia', '2011-12-29T00:00', ['2011-12-29T22:00', '2011-12-30T22:00', '2011-12-31T22:00']],
    ['0 * * * *', 'Pacific/Apia', '2011-12-30T08:30', ['2011-12-30T09:00', '2011-12-30T10:00', '2011-12-30T11:00']],
    ['30 2 * * *', 'UTC', '2026-03-28T12:00', ['2026-03-29T02:30', '2026-03-30T02:30']],
  ])('%s in %s after %s', (expression, timezone, after, expected) => {
    const until = z(expected.at(-1)!)
    expect(ticksBetween(cron(expression, timezone), z(after), until)).toEqual(expected.map(z))
  })

  const weeks = [
    ['Europe/Zurich', '2026-03-22T00:00', '2026-04-05T00:00'],
    ['Europe/Zurich', '2026-10-18T00:00', '2026-11-01T00:00'],
    ['America/New_York', '2026-03-02T00:00', '2026-03-14T00:00'],
    ['America/New_York', '2026-10-27T00:00', '2026-11-06T00:00'],
    ['Australia/Lord_Howe', '2026-03-31T00:00', '2026-04-10T00:00'],
    ['Australia/Lord_Howe', '2026-09-29T00:00', '2026-10-09T00:00'],
    ['Pacific/Apia', '2011-12-25T00:00', '2012-01-04T00:00'],
    ['Africa/Cairo', '2026-04-20T00:00', '2026-04-30T00:00'],
    ['Africa/Cairo', '2026-10-25T00:00', '2026-11-04T00:00'],
    ['Atlantic/Azores', '2026-03-25T00:00', '2026-04-02T00:00'],
    ['UTC', '2026-03-25T00:00', '2026-04-02T00:00'],
  ] as const
  const expressions = [
    '30 * * * *',
    '*/15 * * * *',
    '30 2 * * *',
    '*/20 1-3 * * *',
    '0 0 * * *',
    '45 1,2 * * *',
    '0 */6 * * *',
    '15 0-22 * * *',
    '10 23 * * 6',
    '30 2 29,30 * 0',
    '5 0-23 * * 1-5',
  ]
  test.each(weeks)('every minute around the change agrees with the oracle: %s %s', (timezone, from, to) => {
    const oracleTicks = oracle(timezone, z(from), z(to))
    for (const expression of expressions) {
      const ticks = ticksBetween(cron(expression, timezone), z(from), z(to))
      expect({ expression, ticks }).toEqual({ expression, ticks: oracleTicks(expression) })
    }
  })

  test('a search that begins at any minute finds the same next tick', () => {
    const spec = cron('*/20 1-3 * * *', 'Europe/Zurich')
    const all = ticksBetween(spec, z('2026-10-24T20:00'), z('2026-10-25T06:00'))
    for (let at = Date.parse(z('2026-10-24T20:00')); at < Date.parse(z('2026-10-25T02:00')); at += 60_000) {
      const after = new Date(at).toISOString()
      expect([after, nextTick(spec, after)]).toEqual([after, all.find((tick) => tick > after)])
    }
  })
})

describe('expressions', () => {
  test.each([
    ['@hourly', '2026-01-01T01:00'],
    ['@daily', '2026-01-02T00:00'],
    ['@weekly', '2026-01-04T00:00'],
    ['@monthly', '2026-02-01T00:00'],
    ['@quarterly', '2026-04-01T00:00'],
    ['@yearly', '2027-01-01T00:00'],
    ['0 0 * * 7', '2026-01-04T00:00'],
    ['0 0 * * SUN', '2026-01-04T00:00'],
    ['0 0 L * *', '2026-01-31T00:00'],
    ['0 0 * * MON#2', '2026-01-12T00:00'],
    ['0 0 29 FEB *', '2028-02-29T00:00'],
    ['0 0 13 * 5', '2026-01-02T00:00'], // day of month or day of week
  ])('%s', (expression, expected) => {
    expect(nextTick(cron(expression), z('2026-01-01T00:00'))).toBe(z(expected))
  })

  test('several expressions are one merged schedule with distinct instants', () => {
    const spec = schedule({ expressions: ['0 6 * * *', '0 */6 * * *'] })
    const expected = ['2026-01-01T06:00', '2026-01-01T12:00', '2026-01-01T18:00', '2026-01-02T00:00']
    expect(ticksBetween(spec, z('2026-01-01T00:00'), z('2026-01-02T00:00'))).toEqual(expected.map(z))
  })

  test('a date that never comes has no tick', () => {
    expect(nextTick(cron('0 0 30 2 *'), z('2026-01-01T00:00'))).toBeNull()
  })

  test.each(['', '* * * *', '0 * * * * *', '61 * * * *', 'hello'])('%j is not a cron expression', (expression) => {
    expect(() => nextTick(cron(expression), z('2026-01-01T00:00'))).toThrow()
  })

  test('no schedule and @continuous have no tick of their own', () => {
    expect(nextTick(schedule({ expressions: null }), z('2026-01-01T00:00'))).toBeNull()
    expect(nextTick(schedule({ expressions: '@continuous' }), z('2026-01-01T00:00'))).toBeNull()
  })

  test('@once has its start date as its only tick', () => {
    const once = schedule({ expressions: '@once', startDate: '2026-01-05T00:00:00Z' })
    expect(ticksBetween(once, z('2026-01-01T00:00'), z('2027-01-01T00:00'))).toEqual([z('2026-01-05T00:00')])
    expect(nextTick(once, z('2026-01-05T00:00'))).toBeNull()
  })
})

describe('start and end date', () => {
  const bounds = { startDate: '2026-01-02T00:00:00Z', endDate: '2026-01-04T00:00:00Z' }
  const year = [z('2025-01-01T00:00'), z('2027-01-01T00:00')] as const

  test('trigger: first tick at or after start, last at or before end', () => {
    const days = ['2026-01-02T00:00', '2026-01-03T00:00', '2026-01-04T00:00']
    expect(ticksBetween(cron('0 0 * * *', 'UTC', bounds), ...year)).toEqual(days.map(z))
  })

  test('interval: the interval begins within start and end, the tick comes one later', () => {
    const spec = cron('0 0 * * *', 'UTC', { ...bounds, timetable: 'interval' })
    const days = ['2026-01-03T00:00', '2026-01-04T00:00', '2026-01-05T00:00']
    expect(ticksBetween(spec, ...year)).toEqual(days.map(z))
    expect(nextTick(spec, z('2026-01-04T12:00'))).toBe(z('2026-01-05T00:00'))
    expect(nextTick(spec, z('2026-01-05T00:00'))).toBeNull()
  })

  test('a start date between two ticks waits for the next one', () => {
    const spec = cron('0 0 * * *', 'UTC', { startDate: '2026-01-01T00:00:01Z' })
    expect(nextTick(spec, z('2025-06-01T00:00'))).toBe(z('2026-01-02T00:00'))
    expect(nextTick({ ...spec, timetable: 'interval' }, z('2025-06-01T00:00'))).toBe(z('2026-01-03T00:00'))
  })
})

describe('runs of ticks', () => {
  const tick = z('2026-03-30T00:30')

  test('trigger: the run is named after its tick and its interval is empty', () => {
    expect(runOf(cron('30 2 * * *', 'Europe/Zurich'), tick)).toEqual({
      runAfter: tick,
      logicalDate: tick,
      dataInterval: { start: tick, end: tick },
    })
  })

  test('interval: the run covers the time since the tick before, across a change of the clock', () => {
    const start = z('2026-03-29T01:30')
    expect(runOf(cron('30 2 * * *', 'Europe/Zurich', { timetable: 'interval' }), tick)).toEqual({
      runAfter: tick,
      logicalDate: start,
      dataInterval: { start, end: tick },
    })
  })

  test('interval: a rare schedule finds its tick of years ago, and bounds do not hide it', () => {
    const spec = cron('0 0 29 2 *', 'UTC', { timetable: 'interval', startDate: '2027-01-01T00:00:00Z' })
    expect(runOf(spec, z('2028-02-29T00:00')).logicalDate).toBe(z('2024-02-29T00:00'))
  })

  test('a manual run covers its instant, or the last complete interval before it', () => {
    const at = '2026-03-05T12:00:00Z'
    const empty = { start: z('2026-03-05T12:00'), end: z('2026-03-05T12:00') }
    expect(manualInterval(cron('0 0 * * *'), at)).toEqual(empty)
    expect(manualInterval(schedule({ expressions: null, timetable: 'interval' }), at)).toEqual(empty)
    expect(manualInterval(cron('0 0 * * *', 'UTC', { timetable: 'interval' }), at)).toEqual({
      start: z('2026-03-04T00:00'),
      end: z('2026-03-05T00:00'),
    })
    expect(manualInterval(cron('0 0 * * *'), null)).toBeNull()
  })
})

describe('latest ticks', () => {
  test('only the last few of a long span are looked for', () => {
    const span = { after: z('1990-01-01T00:00'), until: z('2026-01-01T00:00'), atMost: 3 }
    expect(latestTicks(cron('* * * * *'), span)).toEqual(
      ['2025-12-31T23:58', '2025-12-31T23:59', '2026-01-01T00:00'].map(z),
    )
  })

  test('a short span gives what it has', () => {
    const span = { after: z('2025-12-31T00:00'), until: z('2026-01-01T12:00'), atMost: 9 }
    expect(latestTicks(cron('0 0 * * *'), span)).toEqual([z('2026-01-01T00:00')])
    expect(latestTicks(cron('0 0 * * *'), { ...span, until: span.after })).toEqual([])
  })
})
