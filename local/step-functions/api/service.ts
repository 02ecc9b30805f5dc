/** What the operations share. */
import type { Engine } from '../engine.ts'
import type { StartedBy } from '../execution/entry.ts'
import type { StepFunctionsOptions } from '../port.ts'
import type { ExecutionIndex } from '../storage/execution-index.ts'
import type { ExecutionLogs } from '../storage/execution-logs.ts'
import type { MachineStore } from '../storage/machine-store.ts'
import type { Express } from './express.ts'

/** @throws Error where an engine is used without what runs EXPRESS machines, which no server does */
export function expressOf({ express }: Service): Express {
  if (express) return express
  throw new Error('this engine runs no EXPRESS machines')
}

export interface Service {
  readonly options: StepFunctionsOptions
  readonly machines: MachineStore
  readonly engine: Engine
  readonly logs: ExecutionLogs
  readonly index: ExecutionIndex
  /** Runs EXPRESS machines. */
  readonly express?: Express
  /** The task that makes this call, when a state machine does. */
  readonly startedBy?: StartedBy | null
}
