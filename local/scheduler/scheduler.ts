/**
 * The alarm clock of the local world, in the place of EventBridge Scheduler: it wakes the launcher at ticks, and at the
 * start of runs that wait for their time. Like the real one it knows nothing of runs: the launcher's ledger decides, so
 * an alarm too many is harmless, and one that was missed is made good by the plan at start and the beat every minute.
 */
import type { LaunchRequest, ScheduleSpec } from '../../run-model/index.ts'
import { nextTick } from '../../run-model/index.ts'
import type { Clock } from '../clock.ts'

export interface Scheduler {
  /** Adds or replaces a DAG's schedule and asks the launcher for what is due by now. */
  schedule(dagId: string, schedule: ScheduleSpec): void
  unschedule(dagId: string): void
  /** The DAG's next tick; null when none is known. */
  nextTick(dagId: string): string | null
  /** Wakes the launcher when a queued run may start. */
  planAt(dagId: string, runAfter: string): void
  /** Last beat, RFC 3339; null before the first. */
  lastBeat(): string | null
  /** Begins the beat: at once, then every minute. */
  start(): void
  close(): void
}

export interface SchedulerOptions {
  readonly clock: Clock
  /** False: schedules are known but no tick and no plan is sent; runs that wait for their time still start. */
  readonly firesTicks: boolean
  /** Asks the launcher, at least once, in the background. */
  readonly launch: (request: LaunchRequest) => void
  /** Has the reconciler look at all open runs. */
  readonly sweep: () => void
}

const beatMs = 60_000

interface Armed {
  readonly schedule: ScheduleSpec
  tick: string | null
  cancel: () => void
}

export function createScheduler({ clock, firesTicks, launch, sweep }: SchedulerOptions): Scheduler {
  const armed = new Map<string, Armed>()
  const waits = new Map<string, () => void>()
  const beat = { last: null as string | null, cancel: () => {}, closed: false }
  const now = () => new Date(clock.now()).toISOString()

  const arm = (dagId: string, entry: Armed, after: string) => {
    entry.cancel()
    entry.tick = nextTick(entry.schedule, after)
    entry.cancel = entry.tick === null || !firesTicks ? () => {} : alarmAt(entry.tick, () => fire(dagId, entry))
  }
  const alarmAt = (instant: string, ring: () => void) => clock.alarm(Date.parse(instant), ring)
  const fire = (dagId: string, entry: Armed) => {
    const { tick } = entry
    if (beat.closed || tick === null || armed.get(dagId) !== entry) return
    launch({ kind: 'tick', dagId, scheduledTime: tick })
    // A timer may ring a little early, or, after the machine slept, late by many ticks: the ledger knows those.
    arm(dagId, entry, Date.parse(tick) > clock.now() ? tick : now())
  }
  /** Timers stand still while a machine sleeps; the wall clock does not. */
  const fireOverdue = () => {
    for (const [dagId, entry] of armed) {
      if (firesTicks && entry.tick !== null && Date.parse(entry.tick) <= clock.now()) fire(dagId, entry)
    }
  }
  const onBeat = () => {
    if (beat.closed) return
    beat.last = now()
    fireOverdue()
    sweep()
    beat.cancel = clock.alarm(clock.now() + beatMs, onBeat)
  }

  return {
    schedule(dagId, schedule) {
      armed.get(dagId)?.cancel()
      const entry: Armed = { schedule, tick: null, cancel: () => {} }
      armed.set(dagId, entry)
      arm(dagId, entry, now())
      if (firesTicks) launch({ kind: 'plan', dagId })
    },
    unschedule(dagId) {
      armed.get(dagId)?.cancel()
      armed.delete(dagId)
    },
    nextTick: (dagId) => armed.get(dagId)?.tick ?? null,
    planAt(dagId, runAfter) {
      const key = `${dagId}\n${runAfter}`
      if (beat.closed || waits.has(key)) return
      const cancel = alarmAt(runAfter, () => {
        waits.delete(key)
        launch({ kind: 'plan', dagId })
      })
      waits.set(key, cancel)
    },
    lastBeat: () => beat.last,
    start: onBeat,
    close() {
      beat.closed = true
      beat.cancel()
      for (const entry of armed.values()) entry.cancel()
      for (const cancel of waits.values()) cancel()
    },
  }
}
