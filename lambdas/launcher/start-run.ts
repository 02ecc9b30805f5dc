/**
 * Starts the execution of a run that holds a slot. The run is recorded as running first: a small DAG can be over before
 * the answer to StartExecution is written, and its finalizer must find a running run. Both steps can be repeated.
 */
import {
  type ActiveRun,
  type DagVersion,
  executionArn,
  executionName,
  type QueuedRun,
  type Run,
  type RunningRun,
} from '../../run-model/index.ts'
import type { LauncherPorts } from './ports.ts'
import { runValuesOf } from './run-values.ts'

/** Runs are executed once; clearing a run will raise this. */
const firstAttempt = 1

/** @returns the run as it is recorded afterwards; null when it was deleted meanwhile. */
export async function startRun(ports: LauncherPorts, dagId: string, active: ActiveRun): Promise<Run | null> {
  const run = await ports.store.getRun({ dagId, runId: active.runId })
  if (!run || run.state === 'success' || run.state === 'failed') return run
  const version = await ports.store.getDagVersion(dagId, active.version)
  if (!version)
    throw new Error(`DAG ${dagId} has no version ${active.version}, which run ${run.runId} shall start with.`)
  const stored = run.state === 'running' ? run : await ports.store.startRun(runningRun(ports, run, version))
  if (stored?.state !== 'running') return stored
  const started = await ports.executions.start({
    stateMachineVersionArn: version.stateMachineVersionArn,
    name: stored.execution.name,
    input: { '^run': { dagId, runId: run.runId, ...(await valuesOf(ports, stored, version)) } },
  })
  // An execution that ended already is the finalizer's and the reconciler's; one that can never start ends here.
  return started === 'no_machine' ? ports.store.finishRun(unstartable(ports, stored)) : stored
}

async function valuesOf(ports: LauncherPorts, run: RunningRun, { runValues }: DagVersion) {
  const dag = runValues && (await ports.store.getDag(run.dagId))
  return dag ? { v: runValuesOf(runValues, run, dag.options) } : {}
}

function runningRun(ports: LauncherPorts, run: QueuedRun, version: DagVersion): RunningRun {
  const name = executionName(run, firstAttempt, ports.sha256)
  return {
    ...run,
    state: 'running',
    startDate: new Date(ports.now()).toISOString(),
    dagVersion: version.version,
    bundleVersion: version.bundleVersion,
    planHash: version.planHash,
    execution: { arn: executionArn(version.stateMachineVersionArn, name), name, attempt: firstAttempt },
  }
}

function unstartable(ports: LauncherPorts, run: RunningRun) {
  const endDate = new Date(ports.now()).toISOString()
  return { ...run, state: 'failed', endDate, reason: 'state_machine_missing' } as const
}
