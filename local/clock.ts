/** Time as an argument: the local world asks this for now and for alarms, so that virtual time can stand in. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number
  /** Calls `fire` once at or after `atMs`; the answer cancels it. */
  alarm(atMs: number, fire: () => void): () => void
}

/** Longest delay of a Node timer; a longer one would fire at once. */
const longestTimerMs = 2 ** 31 - 1

/** Resolves at or after `milliseconds` from now. */
export const pause = (clock: Clock, milliseconds: number): Promise<void> =>
  new Promise((resolve) => void clock.alarm(clock.now() + milliseconds, resolve))

/** For what real time governs whatever the clock of the schedules says: threads, sockets, files. */
export const realClock: Clock = {
  now: () => Date.now(),
  alarm(atMs, fire) {
    const delayMs = () => Math.min(Math.max(0, atMs - Date.now()), longestTimerMs)
    const ring = () => {
      // Node's timers may ring a millisecond early, and a far alarm is several timers in a row.
      if (Date.now() >= atMs) fire()
      else timer = setTimeout(ring, delayMs())
    }
    let timer = setTimeout(ring, delayMs())
    return () => clearTimeout(timer)
  },
}

/** A clock that moves only when told to: a year of waits passes in a test's millisecond. */
export interface VirtualClock extends Clock {
  /** When the next alarm rings, or null. */
  nextAlarmMs(): number | null
  /** Moves to `atMs` and rings what is due, earliest first, in the order it was set. Time never goes back. */
  advanceTo(atMs: number): void
}

export function createVirtualClock(startMs: number): VirtualClock {
  const alarms = new Map<number, { readonly atMs: number; readonly fire: () => void }>()
  const clock = { nowMs: startMs, nextId: 0 }
  const earliest = () =>
    [...alarms].reduce<[number, number] | null>(
      (least, [id, { atMs }]) => (least === null || atMs < least[1] ? [id, atMs] : least),
      null,
    )
  return {
    now: () => clock.nowMs,
    alarm(atMs, fire) {
      const id = clock.nextId++
      alarms.set(id, { atMs, fire })
      return () => void alarms.delete(id)
    },
    nextAlarmMs: () => earliest()?.[1] ?? null,
    advanceTo(atMs) {
      for (let next = earliest(); next !== null && next[1] <= atMs; next = earliest()) {
        const [id, dueMs] = next
        const { fire } = alarms.get(id)!
        alarms.delete(id)
        clock.nowMs = Math.max(clock.nowMs, dueMs)
        fire()
      }
      clock.nowMs = Math.max(clock.nowMs, atMs)
    },
  }
}
