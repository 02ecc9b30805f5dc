/** A clock that stands still until a test moves it; alarms ring in order, each at its own time. */
import type { Clock } from '../../../local/clock.ts'

export interface HandClock extends Clock {
  /** Moves on, ringing what is due on the way. */
  moveTo(instant: string): void
}

export function handClock(start: string): HandClock {
  const time = { nowMs: Date.parse(start) }
  const alarms = new Set<{ readonly atMs: number; readonly fire: () => void }>()
  const firstDue = (untilMs: number) =>
    [...alarms].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0]
  return {
    now: () => time.nowMs,
    alarm(atMs, fire) {
      const alarm = { atMs, fire }
      alarms.add(alarm)
      return () => void alarms.delete(alarm)
    },
    moveTo(instant) {
      const untilMs = Date.parse(instant)
      for (let alarm = firstDue(untilMs); alarm; alarm = firstDue(untilMs)) {
        alarms.delete(alarm)
        time.nowMs = Math.max(time.nowMs, alarm.atMs)
        alarm.fire()
      }
      time.nowMs = untilMs
    },
  }
}
