/**
 * The door for virtual time: the same engine and operations without HTTP, everything in memory. `activity` moves with
 * whatever the engine does, so that a caller can tell when nothing is left to do before time must pass.
 */
import { ApiError, type Request } from './api/api-error.ts'
import { readExecutionArn } from './api/arns.ts'
import { startExecution } from './api/executions.ts'
import { createStateMachine } from './api/machines.ts'
import type { Service } from './api/service.ts'
import { sendTaskFailure, sendTaskHeartbeat, sendTaskSuccess } from './api/tokens.ts'
import { createEngine } from './engine.ts'
import type { Entry } from './execution/entry.ts'
import type { ExecutionState } from './execution/state.ts'
import type { StepFunctionsOptions } from './port.ts'
import { memoryIndex } from './storage/execution-index.ts'
import { type ExecutionKey, memoryLogs } from './storage/execution-logs.ts'
import { memoryMachines } from './storage/machine-store.ts'

export interface StepFunctionsInProcess {
  /** @returns the machine's ARN. */
  create(name: string, definition: string): string
  /** @param input JSON text; @returns the execution's ARN */
  start(machineArn: string, name: string, input: string): Promise<string>
  /** Rejects with an error whose `name` is AWS's, e.g. TaskTimedOut. */
  answerTask(operation: keyof typeof answers, request: Request): Promise<object>
  /** Every execution so far, those of child machines and of Distributed Maps included, oldest first. */
  executions(): Promise<readonly FinishedExecution[]>
  /** Whether the execution that was started first still runs. */
  isOpen(): boolean
  /** Grows with every write of the engine. */
  activity(): number
  close(): void
}

export interface FinishedExecution {
  readonly state: ExecutionState
  readonly history: readonly Entry[]
}

const answers = {
  SendTaskSuccess: sendTaskSuccess,
  SendTaskFailure: sendTaskFailure,
  SendTaskHeartbeat: sendTaskHeartbeat,
} as const

export function stepFunctionsInProcess(options: StepFunctionsOptions): StepFunctionsInProcess {
  const logs = memoryLogs()
  const parts = { machines: memoryMachines(), index: memoryIndex() }
  const counter = { writes: 0 }
  const counted: typeof logs = {
    ...logs,
    append(key, lines) {
      counter.writes += 1
      logs.append(key, lines)
    },
  }
  const engine = createEngine({ options, ...parts, logs: counted })
  const first: { key: ExecutionKey | null } = { key: null }
  const service: Service = { options, ...parts, logs: counted, engine }
  return {
    create: (name, definition) =>
      createStateMachine(service, { name, definition, roleArn: `arn:aws:iam::${options.accountId}:role/virtual` })
        .stateMachineArn,
    async start(stateMachineArn, name, input) {
      const { executionArn } = await startExecution(service, { stateMachineArn, name, input })
      first.key ??= readExecutionArn(executionArn)
      return executionArn
    },
    async answerTask(operation, request) {
      try {
        return await answers[operation](service, request)
      } catch (error) {
        throw error instanceof ApiError ? Object.assign(new Error(error.message), { name: error.type }) : error
      }
    },
    async executions() {
      const rows = await parts.index.rows()
      return rows.flatMap((row) => {
        const state = engine.find(row)
        return state ? [{ state, history: engine.history(row) ?? [] }] : []
      })
    },
    isOpen: () => (first.key ? engine.find(first.key)?.status === 'RUNNING' : false),
    activity: () => counter.writes,
    close: () => engine.close(),
  }
}
