/**
 * Looks at every open run: one whose execution ended is closed, and DAGs with something to do are planned. It finds what
 * lost events, lost alarms and dead launchers left behind, and changes nothing when there is nothing.
 */
import { type DagRecord, planRuns, type Run, type RunningRun } from '../../run-model/index.ts'
import { completeWaiter } from '../arrival/index.ts'
import { closeRun } from './close-run.ts'
import { completionPorts } from './completion-ports.ts'
import { isEnd, type ReconcilerPorts } from './ports.ts'

/** Executions looked at together; DescribeExecution refills 15 a second in the larger Regions (Step Functions quota). */
const atOnce = 8
/** An execution is known to Step Functions moments after its start. After this long it is not coming any more. */
const lostAfterMs = 900_000

export async function sweep(ports: ReconcilerPorts): Promise<void> {
  const open = await ports.store.listOpenRuns()
  const running = open.filter((run) => run.state === 'running')
  const closed = new Set<string>()
  for (let first = 0; first < running.length; first += atOnce) {
    const some = running.slice(first, first + atOnce)
    const ended = await Promise.all(some.map((run) => attempt(ports, run.runId, () => settleRun(ports, run))))
    for (const dagId of ended) if (dagId !== null) closed.add(dagId)
  }
  for (const dag of await ports.store.listDags()) {
    await attempt(ports, dag.dagId, async () => {
      if (closed.has(dag.dagId) || (await hasWork(ports, dag, open))) await ports.requestPlan(dag.dagId)
    })
  }
}

/** Answers the DAG of a run that was closed. */
async function settleRun(ports: ReconcilerPorts, run: RunningRun): Promise<string | null> {
  const execution = await ports.describe(run.execution.arn)
  if (execution && !isEnd(execution.status)) return null
  if (execution && isEnd(execution.status)) {
    const ended = await closeRun(ports, run, { status: execution.status, stoppedAtMs: execution.stoppedAtMs })
    await completeWaiter(completionPorts(ports), ended)
    return run.dagId
  }
  const { active } = await ports.store.getLedger(run.dagId)
  const isUnstarted = active.some((one) => one.runId === run.runId && !one.started)
  if (isUnstarted || ports.now() - Date.parse(run.startDate) < lostAfterMs) return null
  const ended = await closeRun(ports, run, { status: 'LOST', stoppedAtMs: null })
  await completeWaiter(completionPorts(ports), ended)
  return run.dagId
}

/** Asks the planner itself: a tick or a queued run is due, or an earlier plan stopped half-way. */
async function hasWork(ports: ReconcilerPorts, dag: DagRecord, open: readonly Run[]): Promise<boolean> {
  const ledger = await ports.store.getLedger(dag.dagId)
  if (ledger.due.length > 0 || ledger.active.some((active) => !active.started)) return true
  const runs = open.filter((run) => run.dagId === dag.dagId)
  const now = new Date(ports.now()).toISOString()
  return planRuns({ dag, ledger, runs, now, settledTicks: new Set(), startedRuns: new Set() }) !== ledger
}

/** One run or DAG that cannot be looked at must not hide the others; the next sweep tries again. */
async function attempt<T>(ports: ReconcilerPorts, what: string, look: () => Promise<T>): Promise<T | null> {
  try {
    return await look()
  } catch (error) {
    ports.warn(`The sweep could not settle ${what}`, error)
    return null
  }
}
