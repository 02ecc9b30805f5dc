/**
 * Ends a run whose execution ended without a recorded verdict. Task records first, the run last; every write is
 * conditional on what was read, so a late worker, a late finalizer and a second reconciler change nothing.
 */
import {
  type FailedRun,
  inferStatuses,
  type Run,
  type RunningRun,
  runVerdict,
  type StatusEntry,
  type SucceededRun,
  type TaskInstance,
  type Wiring,
} from '../../run-model/index.ts'
import { isTerminal, settleRecord } from '../arrival/index.ts'
import type { EndStatus, ReconcilerPorts } from './ports.ts'

/** How it ended; `LOST`: Step Functions knows nothing of the execution any more. */
export interface Ending {
  readonly status: EndStatus | 'LOST'
  /** Milliseconds since 1970; null when nobody knows. */
  readonly stoppedAtMs: number | null
}

/** @returns the run as it is recorded afterwards. */
export async function closeRun(ports: ReconcilerPorts, run: RunningRun, ending: Ending): Promise<Run | null> {
  const endDate = new Date(ending.stoppedAtMs ?? ports.now()).toISOString()
  const manifest = await ports.store.getManifestByPlan(run.dagId, run.planHash)
  if (!manifest) return ports.store.finishRun(endedBlindly(run, ending, endDate))
  const { wiring } = manifest
  const records = new Map((await ports.store.listTaskInstances(run)).map((record) => [record.taskId, record]))
  const statuses = finalStatuses(wiring, records, ending)
  for (const [key, task] of Object.entries(wiring.tasks)) {
    const place = { run: { dagId: run.dagId, runId: run.runId }, task, dagVersion: run.dagVersion }
    const outcome = { status: statuses[key]!, at: endDate }
    await settleRecord(ports.store, place, records.get(task.taskId) ?? null, outcome)
  }
  return ports.store.finishRun(ended(run, wiring, { statuses, ending, endDate }))
}

type Records = ReadonlyMap<string, TaskInstance>
type Statuses = Readonly<Record<string, StatusEntry>>

/**
 * An execution that came to its own end is completed by rule. One that was stopped from outside is not: what did not
 * run yet is skipped (semantics §2 and §16), and what ran is skipped by a timeout and failed by an abort.
 */
function finalStatuses(wiring: Wiring, records: Records, { status }: Ending): Statuses {
  const known: Record<string, StatusEntry | undefined> = Object.create(null)
  for (const [key, { taskId }] of Object.entries(wiring.tasks)) {
    const record = records.get(taskId)
    if (record && isTerminal(record.state)) known[key] = record.state
    else if (status === 'TIMED_OUT') known[key] = 'skipped'
    else if (status === 'ABORTED' || status === 'LOST') known[key] = record?.state === 'running' ? 'failed' : 'skipped'
  }
  return inferStatuses(wiring, known)
}

function ended(
  run: RunningRun,
  wiring: Wiring,
  { statuses, ending, endDate }: { readonly statuses: Statuses; readonly ending: Ending; readonly endDate: string },
): SucceededRun | FailedRun {
  const reason = reasons[ending.status]
  if (reason) return { ...run, state: 'failed', endDate, reason }
  const { state } = runVerdict(wiring, statuses)
  return state === 'failed' ? { ...run, state, endDate, reason: 'task_failed' } : { ...run, state, endDate }
}

const reasons: Readonly<Partial<Record<Ending['status'], string>>> = {
  TIMED_OUT: 'timeout',
  ABORTED: 'aborted',
  LOST: 'execution_lost',
}

/** The plan of the run is gone, so its tasks cannot be named; what Step Functions said is all there is. */
function endedBlindly(run: RunningRun, { status }: Ending, endDate: string): SucceededRun | FailedRun {
  if (status === 'SUCCEEDED') return { ...run, state: 'success', endDate }
  return { ...run, state: 'failed', endDate, reason: reasons[status] ?? 'execution_failed' }
}
