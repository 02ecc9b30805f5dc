/**
 * Keeps a claimed try ours while it runs. A lease is short, so that a lost worker is replaced soon; its holder renews it
 * by a conditional write as long as it lives. Invariant: `lost` fires only once the record is no longer ours.
 */
import { errorNames, type TaskInstance } from '../../run-model/index.ts'
import type { TaskPorts } from './ports.ts'

/** How long a worker that shows no sign of life keeps its try. */
const leaseMs = 60_000
/** A third of the lease: one renewal may fail without harm, and after two the next comes as the lease ends. */
const renewEveryMs = 20_000

export interface HeldLease {
  /** Fires when the record turns out to be somebody else's, or ended; the reason is a LeaseLost. */
  readonly lost: AbortSignal
  /** Fires when the try must not go on: the lease is lost, or the whole run is being stopped. The reason is an Error. */
  readonly stopped: AbortSignal
  /**
   * Call it before writing what a repeat of this try would write too. Costs a write only when the lease has run out.
   *
   * @throws LeaseLost; StoreError when that cannot be found out.
   */
  readonly confirm: () => Promise<void>
  /** Ends the renewals. One that is still on its way finds the end of the try and changes nothing. */
  readonly release: () => void
}

/** A try went on after its lease was over, and somebody else has taken or ended it. */
class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

/** The run fails fast. The name is that of an author's `FailTask`: no further try. */
class RunStopped extends Error {
  override readonly name = errorNames.failTask
}

/** When a lease given or renewed now ends, milliseconds since 1970: never after Lambda has ended its holder. */
export const leaseEndMs = (nowMs: number, deadlineMs: number): number => Math.min(deadlineMs, nowMs + leaseMs)

/**
 * @param running the record with our lease, as it was written.
 * @param isStopping asked at every beat: whether the run is being stopped. Null: such a run lets its tasks finish.
 */
export function holdLease(
  ports: Pick<TaskPorts, 'store' | 'log' | 'now' | 'alarm'>,
  running: TaskInstance,
  { deadlineMs, isStopping }: { readonly deadlineMs: number; readonly isStopping: (() => Promise<boolean>) | null },
): HeldLease {
  const lost = new AbortController()
  const stop = new AbortController()
  let untilMs = running.lease?.untilMs ?? 0
  let cancel = (): void => undefined
  const stopped = AbortSignal.any([lost.signal, stop.signal])
  const needsNoMore = () => stopped.aborted || (untilMs >= deadlineMs && !isStopping)

  // Safe to repeat and to arrive late: it matches only while state, try number and holder are ours, and moves only the end.
  const renew = async () => {
    const nextMs = leaseEndMs(ports.now(), deadlineMs)
    const { written } = await ports.store.putTaskInstance(running, renewed(running, nextMs))
    if (written) untilMs = nextMs
    else lost.abort(leaseLost(running))
  }
  const look = async () => {
    if (untilMs < deadlineMs) await renew()
    if (await isStopping?.()) stop.abort(runStopped(running))
  }
  // The next beat does not wait for this one's answer: a hanging connection must not cost the lease.
  const beat = () => {
    if (needsNoMore()) return
    scheduleBeat()
    look().catch((error: unknown) => ports.log('warn', 'lease renewal failed', { ...nameOf(running), error }))
  }
  const scheduleBeat = () => {
    if (!needsNoMore()) cancel = ports.alarm(renewEveryMs, beat)
  }

  scheduleBeat()
  return {
    lost: lost.signal,
    stopped,
    async confirm() {
      if (!lost.signal.aborted && ports.now() >= untilMs) await renew()
      lost.signal.throwIfAborted()
    },
    release: () => cancel(),
  }
}

const renewed = (running: TaskInstance, untilMs: number): TaskInstance => ({
  ...running,
  lease: running.lease && { ...running.lease, untilMs },
})

const leaseLost = ({ tryNumber, taskId }: TaskInstance): LeaseLost =>
  new LeaseLost(
    `Try ${tryNumber} of task "${taskId}" was taken over or ended by somebody else; this worker's end is void.`,
  )

const runStopped = ({ taskId }: TaskInstance): RunStopped =>
  new RunStopped(`Task "${taskId}" was stopped because another task of the run failed, and the DAG fails fast.`)

const nameOf = ({ dagId, runId, taskId, mapIndex, tryNumber }: TaskInstance) => ({
  dagId,
  runId,
  taskId,
  mapIndex,
  tryNumber,
})
