/**
 * Does what a DAG's plan asks for: writes the ledger, creates the runs of due ticks, starts the runs that hold a slot.
 * Every step can be repeated and every step that is still to do is in the ledger, so a crash anywhere heals at the next
 * call, and any number of calls at once act as one.
 */
import { type DagRecord, type Ledger, planRuns, type Run, scheduledRun } from '../../run-model/index.ts'
import type { LauncherPorts } from './ports.ts'
import { startRun } from './start-run.ts'

/**
 * A plan needs three rounds (create, grant and start, note) and more when others plan at the same time. Far more is a
 * bug or a storm; the caller fails then, and its retry or the sweep goes on.
 */
const mostRounds = 200

interface Progress {
  readonly settledTicks: Set<string>
  readonly startedRuns: Set<string>
  /** Runs that this call created or saw created: an index may not show them yet. */
  readonly freshRuns: Set<string>
  /** Runs this call created or started, by id. */
  readonly launched: Map<string, Run>
}

/**
 * @param options.freshRuns ids of runs that were created just before.
 * @param options.now milliseconds since 1970.
 * @returns runs that this call created or started, in the order in which it did.
 * @throws Error when a step fails; what is left to do stays in the ledger.
 */
export async function planDag(
  ports: LauncherPorts,
  dagId: string,
  options: { readonly now: number; readonly freshRuns?: readonly string[] },
): Promise<readonly Run[]> {
  const progress: Progress = {
    settledTicks: new Set(),
    startedRuns: new Set(),
    freshRuns: new Set(options.freshRuns),
    launched: new Map(),
  }
  const now = new Date(options.now).toISOString()
  for (let round = 0; round < mostRounds; round += 1) {
    if (await planOnce(ports, dagId, { now, progress })) return [...progress.launched.values()]
  }
  throw new Error(`The ledger of DAG ${dagId} changed in each of ${mostRounds} rounds; the next plan goes on from it.`)
}

/** One round. Answers whether nothing is left to do. */
async function planOnce(
  ports: LauncherPorts,
  dagId: string,
  { now, progress }: { readonly now: string; readonly progress: Progress },
): Promise<boolean> {
  const recorded = await ports.store.getDag(dagId)
  if (!recorded) return true
  const dag = ports.firesSchedules ? recorded : withoutSchedule(recorded)
  const ledger = await ports.store.getLedger(dagId)
  const runs = await runsOf(ports, dag, { ledger, freshRuns: progress.freshRuns })
  const next = planRuns({ dag, ledger, runs, now, ...progress })
  if (next !== ledger && !(await ports.store.putLedger(dagId, ledger, next))) return false // another planner was faster
  const created = await createDue(ports, dag, { next, now, progress })
  const started = await startActive(ports, dag, { next, progress })
  return next === ledger && !created && !started
}

const withoutSchedule = (dag: DagRecord): DagRecord => ({ ...dag, schedule: { ...dag.schedule, expressions: null } })

/** Open runs, and those the ledger or this call names: read by id, so that no lagging index hides a slot's holder. */
async function runsOf(
  ports: LauncherPorts,
  { dagId }: DagRecord,
  { ledger, freshRuns }: { readonly ledger: Ledger; readonly freshRuns: ReadonlySet<string> },
): Promise<readonly Run[]> {
  const open = await ports.store.listOpenRuns(dagId)
  const listed = new Set(open.map((run) => run.runId))
  const named = new Set([...ledger.active.map((active) => active.runId), ...freshRuns])
  const missing = [...named].filter((runId) => !listed.has(runId))
  const read = await Promise.all(missing.map((runId) => ports.store.getRun({ dagId, runId })))
  return [...open, ...read.filter((run) => run !== null)]
}

async function createDue(
  ports: LauncherPorts,
  dag: DagRecord,
  { next, now, progress }: { readonly next: Ledger; readonly now: string; readonly progress: Progress },
): Promise<boolean> {
  const due = next.due.filter((tick) => !progress.settledTicks.has(tick))
  for (const tick of due) {
    const answer = await ports.store.createRun(scheduledRun(dag, tick, now))
    if (answer.outcome === 'created') progress.launched.set(answer.run.runId, answer.run)
    // A date that another run has is done with: a DAG has at most one run per logical date.
    if (answer.outcome !== 'logical_date_taken') progress.freshRuns.add(answer.run.runId)
    progress.settledTicks.add(tick)
  }
  return due.length > 0
}

async function startActive(
  ports: LauncherPorts,
  { dagId }: DagRecord,
  { next, progress }: { readonly next: Ledger; readonly progress: Progress },
): Promise<boolean> {
  const toStart = next.active.filter((active) => !active.started && !progress.startedRuns.has(active.runId))
  for (const active of toStart) {
    const run = await startRun(ports, dagId, active)
    progress.startedRuns.add(active.runId)
    if (run) progress.launched.set(run.runId, run)
  }
  return toStart.length > 0
}
