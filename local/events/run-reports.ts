/** Status changes of executions → lines for a person: a run started, succeeded or failed. */
import type { StatusChange } from '../step-functions/port.ts'
import type { WorldEvent } from '../world.ts'

type RunEvent = Extract<WorldEvent, { kind: 'run' }>

/** @param sinceMs changes before are repeats of what an earlier world has told; null for those. */
export function runReport(change: StatusChange, sinceMs: number): RunEvent | null {
  if ((change.stopDate ?? change.startDate) < sinceMs) return null
  const run = runOf(change.input)
  return run && { kind: 'run', ...run, state: states[change.status] }
}

const states = {
  RUNNING: 'running',
  SUCCEEDED: 'success',
  FAILED: 'failed',
  TIMED_OUT: 'failed',
  ABORTED: 'failed',
} as const

/** Null for executions that are not runs: anyone may start one at the endpoint. */
function runOf(input: string): { dagId: string; runId: string } | null {
  try {
    const { dagId, runId } = JSON.parse(input)?.['^run'] ?? {}
    return typeof dagId === 'string' && typeof runId === 'string' ? { dagId, runId } : null
  } catch {
    return null
  }
}
