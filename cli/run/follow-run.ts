/** Watches a run through the API until it ends. */
import type { ApiClient, ApiRun, ApiTaskInstance } from '../api-client.ts'

export interface RunSnapshot {
  readonly run: ApiRun
  readonly tasks: readonly ApiTaskInstance[]
}

export interface FollowOptions {
  readonly api: ApiClient
  readonly run: ApiRun
  readonly onChange: (snapshot: RunSnapshot) => void
  /** Ends the watching, not the run. */
  readonly signal: AbortSignal
}

const pollMs = 200
/** A poll of a large DAG takes several pages; the API keeps three quarters of its time for others. */
const restFactor = 3

/** Answers when the run is `success` or `failed`; null when `signal` came first. A run has no limit of its own here. */
export async function followRun({ api, run, onChange, signal }: FollowOptions): Promise<RunSnapshot | null> {
  while (!signal.aborted) {
    const askedAtMs = performance.now()
    // The run first: when it has ended, the tasks read after it have ended too.
    const current = await api.getRun(run.dagId, run.runId)
    const snapshot = { run: current, tasks: await api.listTaskInstances(run.dagId, run.runId) }
    onChange(snapshot)
    if (current.state === 'success' || current.state === 'failed') return snapshot
    await pause(Math.max(pollMs, (performance.now() - askedAtMs) * restFactor), signal)
  }
  return null
}

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, delayMs)
    signal.addEventListener('abort', end)
  })
}
