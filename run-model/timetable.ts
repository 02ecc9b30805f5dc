/**
 * When a DAG is due and what each tick's run covers (semantics §3). Pure: the same schedule and instants give the same
 * ticks on every machine. Instants are RFC 3339 UTC strings.
 */
import { type CronInstants, cronInstants } from './cron.ts'
import type { ScheduleSpec } from './dag-manifest.ts'

/** What a run of a tick is about. */
export interface TickRun {
  readonly runAfter: string
  readonly logicalDate: string
  readonly dataInterval: { readonly start: string; readonly end: string }
}

/**
 * The first tick after `after`, within start and end date; null when there is none. `@once` has one tick if it has a
 * start date; without one, and for `@continuous`, only the planner knows the next tick.
 */
export function nextTick(schedule: ScheduleSpec, after: string): string | null {
  const [tick] = ticksAfter(schedule, after)
  return tick ?? null
}

/** Ticks in (after, until], oldest first. */
export function ticksBetween(schedule: ScheduleSpec, after: string, until: string): readonly string[] {
  const untilMs = Date.parse(until)
  const ticks: string[] = []
  for (const tick of ticksAfter(schedule, after)) {
    if (Date.parse(tick) > untilMs) break
    ticks.push(tick)
  }
  return ticks
}

/** The last ticks in (after, until], at most `atMost`, oldest first. Looks at no more of a long span than it needs. */
export function latestTicks(
  schedule: ScheduleSpec,
  span: { readonly after: string; readonly until: string; readonly atMost: number },
): readonly string[] {
  const [afterMs, untilMs] = [Date.parse(span.after), Date.parse(span.until)]
  for (let windowMs = 3_600_000; ; windowMs *= 8) {
    const fromMs = Math.max(afterMs, untilMs - windowMs)
    const ticks = ticksBetween(schedule, text(fromMs), span.until)
    if (ticks.length >= span.atMost || fromMs === afterMs) return ticks.slice(-span.atMost)
  }
}

/** What the run of a tick covers. `tick` is a tick of this schedule. */
export function runOf(schedule: ScheduleSpec, tick: string): TickRun {
  const end = text(Date.parse(tick))
  const start = (schedule.timetable === 'interval' && tickBefore(schedule, end)) || end
  return { runAfter: end, logicalDate: start, dataInterval: { start, end } }
}

/** The data interval of a manual run (semantics §3, last row of the table). Null for a run without a logical date. */
export function manualInterval(schedule: ScheduleSpec, logicalDate: string | null): TickRun['dataInterval'] | null {
  if (logicalDate === null) return null
  const at = text(Date.parse(logicalDate))
  if (schedule.timetable === 'trigger' || !isCron(schedule)) return { start: at, end: at }
  const end = lastTick(schedule, at)
  const start = end && tickBefore(schedule, end)
  return start && end ? { start, end } : { start: at, end: at }
}

function* ticksAfter(schedule: ScheduleSpec, after: string): Generator<string> {
  if (schedule.expressions === '@once') {
    const { startDate } = schedule
    if (startDate !== null && Date.parse(after) < Date.parse(startDate)) yield text(Date.parse(startDate))
    return
  }
  if (!isCron(schedule)) return
  const crons = schedule.expressions.map((expression) => cronInstants(expression, schedule.timezone))
  const endMs = schedule.endDate === null ? Number.POSITIVE_INFINITY : Date.parse(schedule.endDate)
  let startMs: number | null = null
  for (const tickMs of merged(crons, beginning(schedule, crons, Date.parse(after)))) {
    if (boundedBy(schedule, tickMs, startMs) > endMs) return
    yield text(tickMs)
    startMs = tickMs
  }
}

/** The instant after which the first tick is looked for: `after`, or what `startDate` leaves of it. */
function beginning(schedule: ScheduleSpec, crons: readonly CronInstants[], afterMs: number): number {
  if (schedule.startDate === null) return afterMs
  const first = merged(crons, Date.parse(schedule.startDate) - 1).next()
  if (first.done) return afterMs // there is no tick at all
  return Math.max(afterMs, schedule.timetable === 'interval' ? first.value : first.value - 1)
}

/** What `endDate` bounds: the start of the interval, in a trigger timetable the tick itself. */
function boundedBy(schedule: ScheduleSpec, tickMs: number, previousMs: number | null): number {
  if (schedule.timetable === 'trigger' || schedule.endDate === null) return tickMs
  return previousMs ?? Date.parse(tickBefore(schedule, text(tickMs)) ?? text(tickMs))
}

/** Several expressions as one: their distinct instants, in order. */
function* merged(crons: readonly CronInstants[], afterMs: number): Generator<number> {
  const sources = crons.map((cron) => cron(afterMs))
  const heads = sources.map((source) => source.next().value)
  while (heads.some((head) => head !== undefined)) {
    const next = Math.min(...heads.filter((head) => head !== undefined))
    yield next
    heads.forEach((head, i) => {
      if (head === next) heads[i] = sources[i]!.next().value
    })
  }
}

type CronSchedule = ScheduleSpec & { readonly expressions: readonly string[] }
const isCron = (schedule: ScheduleSpec): schedule is CronSchedule =>
  schedule.expressions !== null && typeof schedule.expressions !== 'string'

/** The tick before a tick, whatever start and end date say. Null: the expression has none since 1970. */
function tickBefore(schedule: ScheduleSpec, tick: string): string | null {
  return lastTick(schedule, text(Date.parse(tick) - 1))
}

/** The last tick at or before an instant, whatever start and end date say. */
function lastTick(schedule: ScheduleSpec, at: string): string | null {
  const unbounded = { ...schedule, timetable: 'trigger', startDate: null, endDate: null } as const
  const [tick] = latestTicks(unbounded, { after: '1970-01-01T00:00:00Z', until: at, atMost: 1 })
  return tick ?? null
}

const text = (milliseconds: number) => new Date(milliseconds).toISOString()
