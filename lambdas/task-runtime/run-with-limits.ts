/**
 * Runs a handler under its `executionTimeout`, Lambda's own limit and the lease of its try. The signal fires when time is nearly up,
 * so that work can stop by itself; a handler that goes on anyway loses the try, and the record says so before Lambda
 * kills us.
 */

/** A try that took too long. The name is a literal: state machines and retry policies match it. */
class TaskTimeout extends Error {
  override readonly name = 'TaskTimeout'
}

export interface Timers {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: () => number
  /** Calls `fire` once after `delayMs`; the answer cancels it. */
  readonly alarm: (delayMs: number, fire: () => void) => () => void
}

export interface Limits {
  /** Of the task, from the start of the try; null: none. */
  readonly executionTimeoutSeconds: number | null
  /** When Lambda ends this invocation. */
  readonly deadlineMs: number
  /** Fires when the try must not go on; its reason is an Error. */
  readonly stopped: AbortSignal
}

/** Time a handler gets between the signal and Lambda's end (semantics §11). */
const abortBeforeDeadlineMs = 10_000
/** Time we keep to write the record. */
const failBeforeDeadlineMs = 2_000

/**
 * @returns what `work` returned.
 * @throws what `work` threw, TaskTimeout or the reason of `stopped`. `work` may still be running then: it cannot be stopped, only told.
 */
export async function runWithLimits<T>(
  timers: Timers,
  limits: Limits,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  limits.stopped.throwIfAborted()
  const controller = new AbortController()
  const leftMs = limits.deadlineMs - timers.now()
  const cancels: (() => void)[] = []
  const timeUp = new Promise<never>((_, reject) => {
    const at = (delayMs: number, fire: () => void) => cancels.push(timers.alarm(Math.max(0, delayMs), fire))
    const fail = (error: Error) => {
      controller.abort(error)
      reject(error)
    }
    const seconds = limits.executionTimeoutSeconds
    if (seconds !== null) at(seconds * 1000, () => fail(executionTimeout(seconds)))
    at(leftMs - abortBeforeDeadlineMs, () => controller.abort(platformLimit()))
    at(leftMs - failBeforeDeadlineMs, () => fail(platformLimit()))
    limits.stopped.addEventListener('abort', () => fail(limits.stopped.reason), { once: true })
  })
  try {
    return await Promise.race([work(controller.signal), timeUp])
  } finally {
    for (const cancel of cancels) cancel()
  }
}

const executionTimeout = (seconds: number): TaskTimeout =>
  new TaskTimeout(`The task ran longer than its executionTimeout of ${seconds} seconds.`)

const platformLimit = (): TaskTimeout =>
  new TaskTimeout('The task ran into the time limit of its Lambda function (900 seconds at most, a Lambda quota).')
