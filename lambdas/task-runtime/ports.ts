/** What the task runtime needs from outside, and the one task call it serves. Tests and worlds supply both. */
import type { Connection, readDag, TaskLog } from '../../dag-compiler/define.ts'
import type { RunStore, Wiring } from '../../run-model/index.ts'
import type { ArrivalPorts } from '../arrival/index.ts'
import type { Operate } from './run-try.ts'
import type { Timers } from './run-with-limits.ts'
import type { TriggerPorts } from './trigger-run.ts'

type ReadDag = ReturnType<typeof readDag>
export type TaskDefinition = ReadDag['definition']['tasks'][number]
export type TaskInput = TaskDefinition['inputs'][string]

export type TaskStore = Pick<
  RunStore,
  | 'getRun'
  | 'listRuns'
  | 'getTaskInstance'
  | 'getTaskInstances'
  | 'listTaskInstances'
  | 'putTaskInstance'
  | 'finishRun'
  | 'getManifestByPlan'
  | 'getXCom'
  | 'listMappedXComs'
  | 'putXCom'
  | 'deleteXComs'
  | 'arriveAtGate'
  | 'openGate'
  | 'holdGate'
  | 'getGate'
  | 'getVariable'
  | 'setVariable'
  | 'deleteVariable'
>

export interface TaskPorts extends Timers {
  readonly store: TaskStore
  readonly releaseToken: ArrivalPorts['releaseToken']
  readonly wake: ArrivalPorts['wake']
  /** False: nobody waits for the token any more. */
  readonly heartbeat: (token: string) => Promise<boolean>
  readonly secrets: Secrets
  /** Absent: no task of this DAG triggers runs. */
  readonly trigger?: TriggerPorts
  readonly log: WriteLog
  /** Hex digest. */
  readonly sha256: (text: string) => string
}

/** Variables and connections that live outside the run table. Null: not found there. */
export interface Secrets {
  readonly variable: (key: string) => Promise<string | null>
  readonly connection: (id: string) => Promise<Connection | null>
}

/** One structured line in the function's log. An `error` among the fields is printed with its stack. */
export type WriteLog = (level: keyof TaskLog, message: string, fields: Readonly<Record<string, unknown>>) => void

/** The code and the plan a task Lambda was built with. */
export interface TaskProgram {
  readonly dag: ReadDag
  readonly wiring: Wiring
  /** Operators that only some bundles hold, by kind; absent: none. */
  readonly operators?: ExtraOperators
}

export type ExtraOperators = Readonly<Partial<Record<TaskDefinition['operator'], Operate>>>

export interface Invocation {
  /** Names this invocation in leases and logs: Lambda's request id. */
  readonly requestId: string
  /** ARN of the function version that was called. */
  readonly functionArn: string
  /** When Lambda ends this invocation, milliseconds since 1970. */
  readonly deadlineMs: number
  /** Lifetime of the local world, null on AWS: leases of another lifetime are void. */
  readonly leaseEpoch: string | null
}
