/** What the finalizer needs from outside. */
import type { RunStore, Wiring } from '../../run-model/index.ts'
import type { ArrivalPorts } from '../arrival/index.ts'

export interface FinalizerPorts {
  readonly store: Pick<
    RunStore,
    | 'getRun'
    | 'getTaskInstance'
    | 'getTaskInstances'
    | 'putXCom'
    | 'listTaskInstances'
    | 'putTaskInstance'
    | 'finishRun'
    | 'arriveAtGate'
    | 'openGate'
  >
  /** The wiring a machine was compiled with: never "the current one", an old execution keeps its old plan. */
  readonly loadWiring: (dagId: string, planHash: string) => Promise<Wiring>
  readonly releaseToken: ArrivalPorts['releaseToken']
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: () => number
}
