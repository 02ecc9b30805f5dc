/**
 * Instants of one cron expression in one zone, by Airflow's daylight-saving rule (semantics §3). croner only matches
 * patterns, on wall-clock time; which instants a wall-clock time stands for is decided here.
 */
import { Cron, CronPattern } from 'croner'
import { type Zone, zoneOf } from './wall-clock.ts'

const presets: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@quarterly': '0 0 1 */3 *',
  '@yearly': '0 0 1 1 *',
}

export interface CronInstants {
  /** The first instant after `afterMs`; null when the expression never matches again. */
  next(afterMs: number): number | null
  /** Instants in (afterMs, untilMs], in order. */
  between(afterMs: number, untilMs: number): Generator<number>
}

/**
 * @param expression five fields, or a preset such as `@daily`.
 * @throws TypeError for an expression that is not a cron expression, RangeError for an unknown zone.
 */
export function cronInstants(expression: string, timezone: string): CronInstants {
  const pattern = presets[expression] ?? expression
  const options = { timezone: 'UTC', mode: '5-part', paused: true } as const
  const cron = new Cron(pattern, options)
  const everyHour = new CronPattern(pattern, 'UTC', { mode: '5-part' }).hour.every((admitted) => admitted === 1)
  const zone = zoneOf(timezone)
  const instantsOf = everyHour ? zone.instantsAt : (wallMs: number) => [onceADay(zone, wallMs)]

  function next(afterMs: number): number | null {
    let best: number | null = null
    for (const wallMs of wallsFrom(startWall(zone, afterMs))) {
      const { beforeMs, afterMs: laterMs } = zone.offsetsAround(wallMs)
      if (best !== null && wallMs - Math.max(beforeMs, laterMs) >= best) break
      for (const instantMs of instantsOf(wallMs)) {
        if (instantMs > afterMs && (best === null || instantMs < best)) best = instantMs
      }
    }
    return best
  }

  function* wallsFrom(wallMs: number): Generator<number> {
    for (let at = cron.nextRun(new Date(wallMs - 1)); at; at = cron.nextRun(at)) yield at.getTime()
  }

  return {
    next,
    *between(afterMs, untilMs) {
      for (let at = next(afterMs); at !== null && at <= untilMs; at = next(at)) yield at
    },
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
