/**
 * Ends a run: every task gets its final record, the run its verdict. Invariant: the execution fails only after the
 * failed run is recorded, and a repeated call finds the verdict and says the same again.
 */
import {
  errorNames,
  type FinalizerCall,
  flattenStateData,
  inferStatuses,
  type KnownStatuses,
  runVerdict,
  type StatusEntry,
  type TaskInstance,
  taskOf,
  type Wiring,
} from '../../run-model/index.ts'
import { completeWaiter, isTerminal, settleRecord } from '../arrival/index.ts'
import type { FinalizerPorts } from './ports.ts'
import { readStartedRun, type StartedRun } from './read-run.ts'

/** Ends the execution FAILED, so that what Step Functions shows is what the record says. */
class DagRunFailed extends Error {
  override readonly name = errorNames.dagRunFailed
}

/** `superseded`: the run has a newer execution, whose verdict counts. */
export interface FinalizeAnswer {
  readonly state: 'success' | 'superseded'
}

/** @throws DagRunFailed when a leaf is failed or upstream_failed. */
export async function finalize(
  ports: FinalizerPorts,
  call: FinalizerCall & { readonly do: 'finalize' },
): Promise<FinalizeAnswer> {
  const known = flattenStateData(call.st)
  const run = await readStartedRun(ports.store, known.run)
  if (run.execution.name !== call.x) return { state: 'superseded' }
  const ended = run.state === 'running' ? await endRun(ports, call.w, run, known) : run
  // Also when the run had ended before: that call may have stopped right there.
  await completeWaiter(ports, ended)
  if (ended.state === 'failed') throw runFailed(ended)
  return { state: 'success' }
}

async function endRun(
  ports: FinalizerPorts,
  planHash: string,
  run: StartedRun & { readonly state: 'running' },
  known: KnownStatuses,
): Promise<StartedRun> {
  const wiring = await ports.loadWiring(run.dagId, planHash)
  const records = await ports.store.listTaskInstances(run)
  const statuses = inferStatuses(wiring, mergeKnown(wiring, known, records))
  const endDate = new Date(ports.now()).toISOString()
  await settleRecords(ports, wiring, { run, records, statuses, endDate })
  const { state } = runVerdict(wiring, statuses)
  const ended: StartedRun =
    state === 'failed' ? { ...run, state, endDate, reason: 'task_failed' } : { ...run, state, endDate }
  const stored = await ports.store.finishRun(ended)
  // Between our read and our write the run may have ended another way, e.g. aborted; that verdict stands.
  return stored && stored.state !== 'queued' && stored.state !== 'running' ? stored : ended
}

/** State data first, records for the rest. Without prototype, so that a task named `constructor` is not found by accident. */
function mergeKnown(
  wiring: Wiring,
  known: KnownStatuses,
  records: readonly TaskInstance[],
): Readonly<Record<string, StatusEntry | undefined>> {
  const states = new Map(records.map(({ taskId, state }) => [taskId, isTerminal(state) ? state : undefined]))
  const merged: Record<string, StatusEntry | undefined> = Object.create(null)
  for (const [key, task] of Object.entries(wiring.tasks)) {
    merged[key] = known.statuses.get(key) ?? states.get(task.taskId)
  }
  return merged
}

interface Ending {
  readonly run: StartedRun
  readonly records: readonly TaskInstance[]
  readonly statuses: Readonly<Record<string, StatusEntry>>
  readonly endDate: string
}

async function settleRecords(ports: FinalizerPorts, wiring: Wiring, ending: Ending): Promise<void> {
  const { run, endDate } = ending
  const byTaskId = new Map(ending.records.map((record) => [record.taskId, record]))
  for (const [key, status] of Object.entries(ending.statuses)) {
    const task = taskOf(wiring, key)
    const place = { run: { dagId: run.dagId, runId: run.runId }, task, dagVersion: run.dagVersion }
    await settleRecord(ports.store, place, byTaskId.get(task.taskId) ?? null, { status, at: endDate })
  }
}

function runFailed(run: StartedRun & { readonly state: 'failed' }): DagRunFailed {
  return new DagRunFailed(`Run "${run.runId}" of DAG "${run.dagId}" failed (${run.reason}); its task records say why.`)
}
