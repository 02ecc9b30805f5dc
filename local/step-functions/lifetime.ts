/** What one lifetime of the engine shares between its parts: storage, open executions, and who waits for whom. */
import type { ActivityDesk } from './activity-desk.ts'
import type { Express } from './api/express.ts'
import type { Machine } from './definition/machine.ts'
import type { Stimulus } from './execution/decide.ts'
import type { ExecutionIdentity } from './execution/entry.ts'
import type { ExecutionState } from './execution/state.ts'
import type { Operate } from './integrations/call.ts'
import type { StepFunctionsOptions } from './port.ts'
import type { Rest } from './rest.ts'
import type { Running } from './running.ts'
import type { ExecutionIndex } from './storage/execution-index.ts'
import type { ExecutionKey, ExecutionLogs } from './storage/execution-logs.ts'
import type { MachineStore } from './storage/machine-store.ts'

export interface EngineParts {
  readonly options: StepFunctionsOptions
  readonly machines: MachineStore
  readonly logs: ExecutionLogs
  readonly index: ExecutionIndex
  readonly closeStorage: () => void
  /** Runs EXPRESS machines; absent where this engine does. */
  readonly express?: Express
  /** Operations that tasks call. @default those over this very engine */
  readonly operate?: Operate
}

export interface Lifetime extends Omit<EngineParts, 'operate'> {
  readonly running: Map<string, Running>
  /** Open executions that stand still until the next start, by `keyText`: their logs could not be written. */
  readonly putAside: Map<string, { readonly reason: unknown }>
  readonly machineOf: (definitionHash: string) => Machine
  /** Executions whose end another one waits for, by `keyText`. */
  readonly waits: Map<string, Wait[]>
  readonly rest: Rest
  readonly activities: ActivityDesk
  readonly random: () => number
  /** An operation of AWS's API, for integrations with Step Functions itself. */
  readonly operate: Operate
  readonly find: (key: ExecutionKey) => ExecutionState | null
  readonly start: (identity: ExecutionIdentity, input: string) => ExecutionState
  readonly redrive: (key: ExecutionKey, state: ExecutionState) => void
  readonly enqueue: (execution: Running, stimulus: Stimulus) => Promise<boolean>
  /** For stimuli without a caller. */
  readonly enqueueQuietly: (execution: Running, stimulus: Stimulus | null) => void
  closed: boolean
}

/** A task or Map Run that goes on when another execution ends. */
export interface Wait {
  readonly parent: ExecutionKey
  readonly scopeId: number
  /** The event that scheduled the task or started the Map Run: tells a late end from the present one. */
  readonly eventId: number
  /** Item of a Map Run; null for a task. */
  readonly item: number | null
}
