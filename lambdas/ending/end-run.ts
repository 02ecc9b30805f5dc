/**
 * Ends a run: every task gets its final record, the run its verdict. Invariant: the execution fails only after the
 * failed run is recorded, and a repeated call finds the verdict and says the same again.
 */
import {
  errorNames,
  inferStatuses,
  type KnownStatuses,
  type RunStore,
  runVerdict,
  type StateEntry,
  type Wiring,
} from '../../run-model/index.ts'
import { type CompletionPorts, completeWaiter } from '../arrival/index.ts'
import { readStartedRun, type StartedRun } from './read-run.ts'
import { byTask, type RunRecords, recordedEnd } from './recorded-entries.ts'
import { settleRun } from './settle-run.ts'

export interface EndingPorts extends CompletionPorts {
  readonly store: CompletionPorts['store'] & Pick<RunStore, 'listTaskInstances' | 'finishRun'>
}

/** Ends the execution FAILED, so that what Step Functions shows is what the record says. */
class DagRunFailed extends Error {
  override readonly name = errorNames.dagRunFailed
}

/** `superseded`: the run has a newer execution, whose verdict counts. */
export interface EndAnswer {
  readonly state: 'success' | 'superseded'
}

export interface EndedExecution {
  /** Name of the root execution. */
  readonly execution: string
  /** Hash of the wiring its machine was compiled with. */
  readonly planHash: string
  /** What its state data holds at the end. */
  readonly known: Pick<KnownStatuses, 'run' | 'entries'>
  /** The caller may not answer tasks of other DAGs: the reconciler does at the status event (decision 0146). */
  readonly waiter?: 'later'
}

/** @throws DagRunFailed when the verdict is `failed`. */
export async function endRun(ports: EndingPorts, ended: EndedExecution): Promise<EndAnswer> {
  const run = await readStartedRun(ports.store, ended.known.run)
  if (run.execution.name !== ended.execution) return { state: 'superseded' }
  const closed = run.state === 'running' ? await recordEnd(ports, run, ended) : run
  // Also when the run had ended before: that call may have stopped right there.
  if (ended.waiter !== 'later') await completeWaiter(ports, closed)
  if (closed.state === 'failed') throw runFailed(closed)
  return { state: 'success' }
}

async function recordEnd(
  ports: EndingPorts,
  { failing: _, ...run }: StartedRun & { readonly state: 'running' },
  { planHash, known }: EndedExecution,
): Promise<StartedRun> {
  const wiring = await ports.loadWiring(run.dagId, planHash)
  const records = byTask(await ports.store.listTaskInstances(run))
  const entries = mergeKnown(wiring, known, records)
  const statuses = inferStatuses(wiring, entries)
  const endDate = new Date(ports.now()).toISOString()
  await settleRun(ports.store, wiring, { run, records, entries: completed(statuses, entries), at: endDate })
  const { state } = runVerdict(wiring, statuses)
  const ended: StartedRun =
    state === 'failed' ? { ...run, state, endDate, reason: 'task_failed' } : { ...run, state, endDate }
  const stored = await ports.store.finishRun(ended)
  // Between our read and our write the run may have ended another way, e.g. aborted; that verdict stands.
  return stored && stored.state !== 'queued' && stored.state !== 'running' ? stored : ended
}

type Known = Readonly<Record<string, StateEntry | undefined>>

/** State data first, records for the rest. Without prototype, so that a task named `constructor` is not found by accident. */
function mergeKnown(wiring: Wiring, known: EndedExecution['known'], records: RunRecords): Known {
  const merged: Record<string, StateEntry | undefined> = Object.create(null)
  for (const [key, task] of Object.entries(wiring.tasks)) {
    merged[key] = known.entries.get(key) ?? recordedEnd(records, task)
  }
  return merged
}

/** An entry that is known says more than its status. */
function completed(statuses: Readonly<Record<string, StateEntry>>, known: Known): Readonly<Record<string, StateEntry>> {
  return Object.fromEntries(Object.entries(statuses).map(([key, status]) => [key, known[key] ?? status]))
}

function runFailed(run: StartedRun & { readonly state: 'failed' }): DagRunFailed {
  return new DagRunFailed(`Run "${run.runId}" of DAG "${run.dagId}" failed (${run.reason}); its task records say why.`)
}
