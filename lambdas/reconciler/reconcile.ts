/**
 * Fills the gaps that lost ends leave. Status events come at least once, late, or never: an event about a run that is
 * recorded as ended changes nothing, and the sweep finds what no event told.
 */
import type { ExecutionStatusChange, ReconcileRequest, RunRef } from '../../run-model/index.ts'
import { completeWaiter } from '../arrival/index.ts'
import { closeRun } from './close-run.ts'
import { completionPorts } from './completion-ports.ts'
import { failToken } from './fail-token.ts'
import { isEnd, type ReconcilerPorts } from './ports.ts'
import { sweep } from './sweep.ts'

/** @throws Error when table or Step Functions cannot be reached; the request may be repeated as it is. */
export async function reconcile(ports: ReconcilerPorts, request: ReconcileRequest): Promise<void> {
  if ('kind' in request) return sweep(ports)
  return 'detail' in request ? settleExecution(ports, request.detail) : failToken(ports, request)
}

/** Every end of a run frees a slot, so the launcher is asked to plan even when the finalizer recorded the verdict. */
async function settleExecution(ports: ReconcilerPorts, detail: ExecutionStatusChange['detail']): Promise<void> {
  if (!isEnd(detail.status)) return
  const ref = await runOf(ports, detail)
  const run = ref && (await ports.store.getRun(ref))
  if (!run) return
  if (run.state === 'running' && run.execution.name !== detail.name) return // an earlier attempt of this run
  const ended =
    run.state === 'running' ? await closeRun(ports, run, { status: detail.status, stoppedAtMs: detail.stopDate }) : run
  // Also for a run that ended properly: whoever ended it may have stopped right there.
  await completeWaiter(completionPorts(ports), ended)
  await ports.requestPlan(run.dagId)
}

/** The run an execution belongs to. Null: it was not started by the launcher. AWS leaves out inputs that are too long. */
async function runOf(ports: ReconcilerPorts, detail: ExecutionStatusChange['detail']): Promise<RunRef | null> {
  const input = detail.input ?? (await ports.describe(detail.executionArn))?.input
  if (input === undefined) return null
  const run = parsed(input)
  return typeof run?.dagId === 'string' && typeof run.runId === 'string' ? { dagId: run.dagId, runId: run.runId } : null
}

function parsed(input: string): Partial<Record<'dagId' | 'runId', unknown>> | null {
  try {
    return JSON.parse(input)?.['^run'] ?? null
  } catch {
    return null
  }
}
