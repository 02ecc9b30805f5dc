/**
 * Asks a sensor's handler whether its condition holds (compiler design §10). Between two pokes nothing runs: the try ends
 * as `up_for_reschedule` and the machine calls again; with `mode: 'poke'` one invocation waits and asks again.
 */
import { errorNames, type TaskInstance } from '../../run-model/index.ts'
import type { TaskDefinition } from './ports.ts'
import type { Timers } from './run-with-limits.ts'

export type SensorOptions = Extract<NonNullable<TaskDefinition['options']>, { readonly kind: 'sensor' }>

/** The condition does not hold yet. */
export class SensorNotReady extends Error {
  override readonly name = errorNames.sensorNotReady
}

/** It did not hold in time; no further try would change that. */
class SensorTimeout extends Error {
  override readonly name = errorNames.sensorTimeout
}

/** With `softFail`, giving up is no failure. The name is the one by which authors skip. */
class SensorGaveUp extends Error {
  override readonly name = 'SkipTask'
}

export interface Poking {
  readonly options: SensorOptions
  readonly running: TaskInstance
  readonly signal: AbortSignal
}

/**
 * @returns the first truthy answer: the task's return value.
 * @throws SensorNotReady, SensorTimeout, SkipTask, or what the handler threw: then it is a failed try like any other.
 */
export async function pokeSensor(
  timers: Timers,
  { options, running, signal }: Poking,
  poke: () => Promise<unknown>,
): Promise<unknown> {
  for (let intervalSeconds = options.pokeInterval; ; intervalSeconds = nextInterval(options, intervalSeconds)) {
    const answer = await poke()
    if (answer) return answer
    if (isOver(timers, options, running)) throw givingUp(options)
    if (options.mode === 'reschedule')
      throw new SensorNotReady(`Not ready; the next poke is in about ${intervalSeconds} s.`)
    await pause(timers, intervalSeconds * 1000, signal)
  }
}

/** As in Airflow the last poke may come after the timeout, and an answer then still counts. */
function isOver(timers: Timers, { timeout }: SensorOptions, { firstPoke, startDate }: TaskInstance): boolean {
  const since = Date.parse(firstPoke?.at ?? startDate ?? '')
  return timers.now() - since > timeout * 1000
}

const nextInterval = ({ backoff, maxPokeInterval }: SensorOptions, seconds: number): number =>
  Math.min(seconds * backoff, maxPokeInterval ?? Number.POSITIVE_INFINITY)

function givingUp({ timeout, softFail }: SensorOptions): Error {
  const message = `The sensor's condition did not hold within its timeout of ${timeout} seconds.`
  return softFail ? new SensorGaveUp(message) : new SensorTimeout(message)
}

/** Ends early, by throwing, when the try has to stop. */
function pause(timers: Timers, delayMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const stop = () => {
      cancel()
      reject(signal.reason)
    }
    const cancel = timers.alarm(delayMs, () => {
      signal.removeEventListener('abort', stop)
      resolve()
    })
    signal.addEventListener('abort', stop, { once: true })
  })
}

/** Since when a sensor pokes: retries and lost workers do not start the time anew, a re-run and a redrive do. */
export function firstPokeOf(
  record: TaskInstance | null,
  call: { readonly x: string; readonly redrive?: number },
  nowMs: number,
): NonNullable<TaskInstance['firstPoke']> {
  const of = `${call.x}#${call.redrive ?? 0}`
  return record?.firstPoke?.of === of ? record.firstPoke : { at: new Date(nowMs).toISOString(), of }
}
