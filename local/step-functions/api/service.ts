/** What the operations share. */
import type { Engine } from '../engine.ts'
import type { StartedBy } from '../execution/entry.ts'
import type { StepFunctionsOptions } from '../port.ts'
import type { ExecutionIndex } from '../storage/execution-index.ts'
import type { ExecutionLogs } from '../storage/execution-logs.ts'
import type { MachineStore } from '../storage/machine-store.ts'

export interface Service {
  readonly options: StepFunctionsOptions
  readonly machines: MachineStore
  readonly engine: Engine
  readonly logs: ExecutionLogs
  readonly index: ExecutionIndex
  /** The task that makes this call, when a state machine does. */
  readonly startedBy?: StartedBy | null
}
