/** Time as an argument: the local world asks this for now and for alarms, so that virtual time can stand in. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number
  /** Calls `fire` once at or after `atMs`; the answer cancels it. */
  alarm(atMs: number, fire: () => void): () => void
}

/** Longest delay of a Node timer; a longer one would fire at once. */
const longestTimerMs = 2 ** 31 - 1

export const realClock: Clock = {
  now: () => Date.now(),
  alarm(atMs, fire) {
    let timer: NodeJS.Timeout
    const arm = () => {
      const leftMs = atMs - Date.now()
      timer = leftMs > longestTimerMs ? setTimeout(arm, longestTimerMs) : setTimeout(fire, Math.max(0, leftMs))
    }
    arm()
    return () => clearTimeout(timer)
  },
}
