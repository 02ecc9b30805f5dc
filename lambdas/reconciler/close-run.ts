/**
 * Ends a run whose execution ended without a recorded verdict. Task records first, the run last; every write is
 * conditional on what was read, so a late worker, a late finalizer and a second reconciler change nothing.
 */
import {
  type DagManifest,
  type FailedRun,
  inferStatuses,
  type Run,
  type RunningRun,
  type RunStore,
  runVerdict,
  type StateEntry,
  type StatusEntry,
  type SucceededRun,
  type TaskInstance,
  type TaskState,
  type Wiring,
} from '../../run-model/index.ts'
import { byTask, type RunRecords, recordedEnd, settleRun } from '../ending/index.ts'
import type { EndStatus } from './ports.ts'

/** How it ended; `LOST`: Step Functions knows nothing of the execution any more. */
export interface Ending {
  readonly status: EndStatus | 'LOST'
  /** Milliseconds since 1970; null when nobody knows. */
  readonly stoppedAtMs: number | null
}

export interface ClosingPorts {
  readonly store: Pick<RunStore, 'finishRun' | 'listTaskInstances' | 'putTaskInstance'> & {
    readonly getManifestByPlan: (dagId: string, planHash: string) => Promise<Pick<DagManifest, 'wiring'> | null>
  }
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: () => number
}

/** @returns the run as it is recorded afterwards. */
export async function closeRun(ports: ClosingPorts, run: RunningRun, ending: Ending): Promise<Run | null> {
  const endDate = new Date(ending.stoppedAtMs ?? ports.now()).toISOString()
  const manifest = await ports.store.getManifestByPlan(run.dagId, run.planHash)
  if (!manifest) return ports.store.finishRun(endedBlindly(run, ending, endDate))
  const { wiring } = manifest
  const records = byTask(await ports.store.listTaskInstances(run))
  const unended = unendedIn(wiring, ending)
  const known = knownEntries(wiring, records, unended)
  const statuses = inferStatuses(wiring, known)
  const entries = Object.fromEntries(Object.entries(statuses).map(([key, status]) => [key, known[key] ?? status]))
  const settling = { run, records, entries, at: endDate, ...(unended && { unended }) }
  await settleRun(ports.store, wiring, settling)
  return ports.store.finishRun(ended(run, wiring, { statuses, ending, endDate }))
}

/** States in which a task, or something outside on its behalf, is at work. */
const working: readonly TaskState[] = ['running', 'up_for_reschedule', 'deferred', 'awaiting_input']

/** What becomes of a task without an end. */
type Unended = (record: TaskInstance | null) => 'failed' | 'skipped'

/**
 * An execution that came to its own end is completed by rule: null. One that was stopped is not: what did not run yet is
 * skipped (semantics §2, §6 and §16), and what ran is skipped by a timeout and failed by an abort or a failure elsewhere.
 */
function unendedIn({ onFailure }: Wiring, { status }: Ending): Unended | null {
  if (status === 'TIMED_OUT') return () => 'skipped'
  const isStopped = status === 'ABORTED' || status === 'LOST' || (status === 'FAILED' && onFailure === 'failFast')
  return isStopped ? (record) => (record && working.includes(record.state) ? 'failed' : 'skipped') : null
}

function knownEntries(
  wiring: Wiring,
  records: RunRecords,
  unended: Unended | null,
): Readonly<Record<string, StateEntry | undefined>> {
  const known: Record<string, StateEntry | undefined> = Object.create(null)
  for (const [key, task] of Object.entries(wiring.tasks)) {
    const whole = records.get(task.taskId)?.whole ?? null
    known[key] = recordedEnd(records, task, unended ?? undefined) ?? unended?.(whole)
  }
  return known
}

function ended(
  { failing: _, ...run }: RunningRun,
  wiring: Wiring,
  {
    statuses,
    ending,
    endDate,
  }: { readonly statuses: Readonly<Record<string, StatusEntry>>; readonly ending: Ending; readonly endDate: string },
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
function endedBlindly(
  { failing: _, ...run }: RunningRun,
  { status }: Ending,
  endDate: string,
): SucceededRun | FailedRun {
  if (status === 'SUCCEEDED') return { ...run, state: 'success', endDate }
  return { ...run, state: 'failed', endDate, reason: reasons[status] ?? 'execution_failed' }
}
