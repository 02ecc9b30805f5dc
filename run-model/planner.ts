/**
 * Decides what a DAG's schedule and slots ask for now: which ticks become runs, which are dropped, which queued runs get
 * a slot. Pure. The decision is the next ledger; runs are created and started only after that is written, so two
 * planners never act on two decisions, and what a crashed planner left undone is still in the ledger.
 */
import type { DagRecord } from './dag-record.ts'
import type { ActiveRun, DroppedTick, Ledger } from './ledger.ts'
import type { QueuedRun, Run } from './run.ts'
import { makeRunId } from './run-id.ts'
import { latestTicks, nextTick, runOf } from './timetable.ts'

export interface PlannerInput {
  readonly dag: DagRecord
  readonly ledger: Ledger
  /** Every queued and running run of the DAG, and the runs named in the ledger whatever their state. */
  readonly runs: readonly Run[]
  /** Due ticks that have a run now, or whose logical date another run has. */
  readonly settledTicks: ReadonlySet<string>
  /** Runs whose execution is known to have been started, or that cannot start at all. */
  readonly startedRuns: ReadonlySet<string>
  /** RFC 3339 UTC. */
  readonly now: string
}

/** Dropped ticks a ledger keeps; older ones are forgotten. */
const keptDrops = 50

/** @returns the next ledger, with the same revision; the very same object when there is nothing to decide. */
export function planRuns(input: PlannerInput): Ledger {
  const { dag, ledger } = input
  const settled = { ...ledger, ...settle(input) }
  const planned = dag.isPaused || dag.isStale ? settled : withSlots(input, withTicks(input, settled))
  return JSON.stringify(planned) === JSON.stringify(ledger) ? ledger : planned
}

/** The queued run that a tick becomes. The same tick always gives the same run id, so creating it again is harmless. */
export function scheduledRun(dag: DagRecord, tick: string, queuedAt: string): QueuedRun {
  const { runAfter, logicalDate, dataInterval } = runOf(dag.schedule, tick)
  return {
    dagId: dag.dagId,
    runId: makeRunId({ runType: 'scheduled', runAfter, logicalDate }, () => ''),
    state: 'queued',
    runType: 'scheduled',
    triggeredBy: 'timetable',
    runAfter,
    logicalDate,
    dataInterval,
    conf: {},
    note: null,
    queuedAt,
  }
}

/** Forgets what has happened: ticks that have their run, runs that ended and so freed their slot. */
function settle({ ledger, runs, settledTicks, startedRuns }: PlannerInput): Pick<Ledger, 'due' | 'active'> {
  const states = new Map(runs.map((run) => [run.runId, run.state]))
  const holdsSlot = (active: ActiveRun) => ['queued', 'running'].includes(states.get(active.runId) ?? 'gone')
  return {
    due: ledger.due.filter((tick) => !settledTicks.has(tick)),
    active: ledger.active
      .filter(holdsSlot)
      .map((active) => ({ ...active, started: active.started || startedRuns.has(active.runId) })),
  }
}

/** Takes due ticks while there is room for queued and running runs; the others wait (semantics §4). */
function withTicks(input: PlannerInput, ledger: Ledger): Ledger {
  const { dag, now } = input
  const open = input.runs.filter((run) => run.state === 'queued' || run.state === 'running')
  const room = dag.options.maxActiveRuns - open.length - ledger.due.length
  if (room <= 0) return ledger
  const { expressions, catchup } = dag.schedule
  if (expressions === null) return ledger
  if (expressions === '@once') return withOnce(dag, ledger, now)
  if (expressions === '@continuous') return withContinuous(dag, ledger, { now, open })
  return catchup ? withEveryTick(dag, ledger, { now, room }) : withLatestTick(dag, ledger, now)
}

function withOnce(dag: DagRecord, ledger: Ledger, now: string): Ledger {
  const tick = instant(dag.schedule.startDate ?? dag.createdAt)
  return ledger.lastTick === null && tick <= now ? taken(ledger, [tick]) : ledger
}

/** The next run when the last one has ended. */
function withContinuous(
  dag: DagRecord,
  ledger: Ledger,
  { now, open }: { readonly now: string; readonly open: readonly Run[] },
): Ledger {
  const { startDate, endDate } = dag.schedule
  const isOver = endDate !== null && now > instant(endDate)
  const isBusy = ledger.due.length > 0 || open.some((run) => run.runType === 'scheduled')
  const isEarly =
    (startDate !== null && now < instant(startDate)) || (ledger.lastTick !== null && now <= ledger.lastTick)
  return isOver || isBusy || isEarly ? ledger : taken(ledger, [now])
}

function withEveryTick(
  dag: DagRecord,
  ledger: Ledger,
  { now, room }: { readonly now: string; readonly room: number },
): Ledger {
  const ticks: string[] = []
  for (let tick = nextTick(dag.schedule, handledUntil(dag, ledger)); tick !== null && tick <= now; ) {
    if (ticks.length === room) break
    ticks.push(tick)
    tick = nextTick(dag.schedule, tick)
  }
  return taken(ledger, ticks)
}

/** Without catchup only the latest due tick becomes a run; the ones before it are dropped. */
function withLatestTick(dag: DagRecord, ledger: Ledger, now: string): Ledger {
  const span = { after: handledUntil(dag, ledger), until: now, atMost: keptDrops + 1 }
  if (span.after >= span.until) return ledger
  const ticks = latestTicks(dag.schedule, span)
  const dropped = ticks.slice(0, -1).map((tick): DroppedTick => ({ tick, reason: 'superseded' }))
  return taken({ ...ledger, dropped: [...ledger.dropped, ...dropped].slice(-keptDrops) }, ticks.slice(-1))
}

/** Everything up to here was a tick, was dropped, or was before the DAG's time. */
function handledUntil(dag: DagRecord, ledger: Ledger): string {
  if (ledger.lastTick !== null) return ledger.lastTick
  const { startDate } = dag.schedule
  return startDate === null ? instant(dag.createdAt) : new Date(Date.parse(startDate) - 1).toISOString()
}

function taken(ledger: Ledger, ticks: readonly string[]): Ledger {
  const last = ticks.at(-1)
  return last === undefined ? ledger : { ...ledger, due: [...ledger.due, ...ticks], lastTick: last }
}

/** Gives free slots to queued runs whose time has come, oldest first. A slot comes with the DAG's current version. */
function withSlots({ dag, runs, now }: PlannerInput, ledger: Ledger): Ledger {
  const free = dag.options.maxActiveRuns - ledger.active.length
  const holders = new Set(ledger.active.map((active) => active.runId))
  const waiting = runs
    .filter((run) => run.state === 'queued' && !holders.has(run.runId) && instant(run.runAfter) <= now)
    .toSorted((a, b) => compare(instant(a.runAfter), instant(b.runAfter)) || compare(a.runId, b.runId))
  const granted = waiting
    .slice(0, Math.max(0, free))
    .map(({ runId }): ActiveRun => ({ runId, version: dag.version, started: false }))
  return granted.length === 0 ? ledger : { ...ledger, active: [...ledger.active, ...granted] }
}

const instant = (text: string) => new Date(text).toISOString()
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
