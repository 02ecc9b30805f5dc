/** A clock whose alarms end with what uses it: one that is left would keep the process alive. */
import type { Clock } from '../clock.ts'

export interface ClosableClock extends Clock {
  /** Cancels every alarm that has not rung. */
  close(): void
}

export function closableClock(clock: Clock): ClosableClock {
  const open = new Set<() => void>()
  return {
    now: clock.now,
    alarm(atMs, fire) {
      const cancelAlarm = clock.alarm(atMs, () => {
        open.delete(cancel)
        fire()
      })
      const cancel = () => {
        open.delete(cancel)
        cancelAlarm()
      }
      open.add(cancel)
      return cancel
    },
    close() {
      for (const cancel of [...open]) cancel()
    },
  }
}
