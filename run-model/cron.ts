/**
 * Instants of one cron expression in one zone, by Airflow's daylight-saving rule (semantics §3). croner only matches
 * patterns, on wall-clock time; which instants a wall-clock time stands for is decided here.
 */
import { Cron, CronPattern } from 'croner'
import { cronPresets } from './cron-presets.ts'
import { type Zone, zoneOf } from './wall-clock.ts'

const dayMs = 86_400_000

/** The instants after `afterMs`, in order, each once. Ends when the expression never matches again. */
export type CronInstants = (afterMs: number) => Generator<number, undefined>

/**
 * @param expression five fields, or a preset such as `@daily`.
 * @throws TypeError for an expression that is not a cron expression, RangeError for an unknown zone.
 */
export function cronInstants(expression: string, timezone: string): CronInstants {
  const { days, timesMs, everyHour } = wallClockTimes(expression)
  const zone = zoneOf(timezone)
  const instantsOf = everyHour ? zone.instantsAt : (wallMs: number) => [onceADay(zone, wallMs)]

  function* wallsFrom(wallMs: number): Generator<number> {
    const midnight = new Date(Math.floor(wallMs / dayMs) * dayMs - 1)
    for (let day = days.nextRun(midnight); day; day = days.nextRun(day)) {
      for (const timeMs of timesMs) if (day.getTime() + timeMs >= wallMs) yield day.getTime() + timeMs
    }
  }

  return function* (afterMs) {
    let lastMs = afterMs
    // Near a change of the clock, wall-clock order is not the order of instants: they wait here for their turn.
    let waiting: readonly number[] = []
    for (const wallMs of wallsFrom(startWall(zone, afterMs))) {
      const { beforeMs, afterMs: laterMs } = zone.offsetsAround(wallMs)
      const settledMs = beforeMs === laterMs ? Number.POSITIVE_INFINITY : wallMs - Math.max(beforeMs, laterMs)
      waiting = [...waiting, ...instantsOf(wallMs)].toSorted((a, b) => a - b)
      // This wall-clock time and later ones stand for no instant before `settledMs`.
      for (const instantMs of waiting.filter((instant) => instant <= settledMs)) {
        if (instantMs > lastMs) yield instantMs
        lastMs = Math.max(lastMs, instantMs)
      }
      waiting = waiting.filter((instant) => instant > settledMs)
    }
    for (const instantMs of new Set(waiting)) if (instantMs > lastMs) yield instantMs
    return undefined
  }
}

/** An expression as the days it admits and the times of such a day. Days go through croner, once a day and not once a time. */
function wallClockTimes(expression: string) {
  const fields = (cronPresets[expression] ?? expression).trim().split(/\s+/)
  if (fields.length !== 5) throw new TypeError(`cron expression "${expression}" has ${fields.length} fields, not five`)
  const { hour, minute } = new CronPattern(fields.join(' '), 'UTC', { mode: '5-part' })
  const hours = hour.flatMap((admitted, i) => (admitted ? [i * 3_600_000] : []))
  const minutes = minute.flatMap((admitted, i) => (admitted ? [i * 60_000] : []))
  return {
    days: new Cron(['0', '0', ...fields.slice(2)].join(' '), { timezone: 'UTC', mode: '5-part', paused: true }),
    timesMs: hours.flatMap((hourMs) => minutes.map((minuteMs) => hourMs + minuteMs)),
    everyHour: hours.length === 24,
  }
}

/** A time in a gap moves forward by the gap; of an ambiguous time the second pass counts. */
function onceADay(zone: Zone, wallMs: number): number {
  return zone.instantsAt(wallMs).at(-1) ?? wallMs - zone.offsetsAround(wallMs).beforeMs
}

/**
 * Where the search for instants after `afterMs` begins: near a change of the clock, a wall-clock time that lies back by up
 * to the size of the change may stand for a later instant.
 */
function startWall(zone: Zone, afterMs: number): number {
  const wallMs = zone.wallAt(afterMs)
  const { beforeMs, afterMs: laterMs } = zone.offsetsAround(wallMs)
  return wallMs - Math.abs(beforeMs - laterMs)
}
