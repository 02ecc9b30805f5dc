/** What the reconciler needs from outside. */
import type { RunStore } from '../../run-model/index.ts'
import type { CompletionPorts } from '../arrival/index.ts'

export interface ReconcilerPorts {
  readonly store: Pick<
    RunStore,
    | 'getRun'
    | 'finishRun'
    | 'listOpenRuns'
    | 'listDags'
    | 'getLedger'
    | 'getManifestByPlan'
    | 'listTaskInstances'
    | 'putTaskInstance'
    | 'getTaskInstance'
    | 'putXCom'
    | 'arriveAtGate'
    | 'openGate'
  >
  /** Null: Step Functions does not know the execution. */
  readonly describe: (executionArn: string) => Promise<ExecutionDescription | null>
  readonly releaseToken: CompletionPorts['releaseToken']
  readonly wake: CompletionPorts['wake']
  /** Asks the launcher to plan a DAG; returns before it has. */
  readonly requestPlan: (dagId: string) => Promise<void>
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: () => number
  /** Notes something that went wrong and will be made good by a later sweep. */
  readonly warn: (what: string, error: unknown) => void
}

export interface ExecutionDescription {
  /** `PENDING_REDRIVE` and whatever comes later count as running. */
  readonly status: string
  readonly input: string
  /** Milliseconds since 1970; null while it runs. */
  readonly stoppedAtMs: number | null
}

export type EndStatus = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED'

export function isEnd(status: string): status is EndStatus {
  return ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'].includes(status)
}
