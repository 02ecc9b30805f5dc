/**
 * Executions of EXPRESS machines: the same engine over a storage that keeps nothing. Source: AWS, "Standard vs. Express": no
 * history to ask for, at most five minutes, and names may repeat.
 */
import { createEngine } from '../engine.ts'
import type { ExecutionIdentity } from '../execution/entry.ts'
import type { Operate } from '../integrations/call.ts'
import type { StatusChange, StepFunctionsOptions } from '../port.ts'
import type { ExecutionIndex } from '../storage/execution-index.ts'
import type { ExecutionLogs } from '../storage/execution-logs.ts'
import type { MachineStore } from '../storage/machine-store.ts'
import { expressArn } from './arns.ts'

/** AWS's longest EXPRESS execution. */
const longestMs = 5 * 60_000

export interface ExpressRun {
  readonly arn: string
  readonly startedAtMs: number
  /** Never rejects; an execution that a closing engine takes with it does not end. */
  readonly ended: Promise<StatusChange>
}

export interface Express {
  start(identity: Omit<ExecutionIdentity, 'arn'> & { readonly id: string }, input: string): ExpressRun
  isBusy(machineName: string): boolean
  atRest(): Promise<void>
  close(): void
}

export interface ExpressParts {
  readonly options: StepFunctionsOptions
  readonly machines: MachineStore
  /** Operations that tasks call: of the engine that keeps STANDARD executions. */
  readonly operate: Operate
  /** An execution has ended. */
  readonly onEnd: (machineName: string) => void
}

export function createExpress({ options, machines, operate, onEnd }: ExpressParts): Express {
  const waiting = new Map<string, (change: StatusChange) => void>()
  const onStatusChange = (change: StatusChange) => {
    if (change.status !== 'RUNNING') waiting.get(change.executionArn)?.(change)
  }
  const engine = createEngine({
    options: { ...options, onStatusChange },
    machines,
    logs: noLogs,
    index: noIndex,
    operate,
    closeStorage: () => {},
  })
  return {
    start({ id, ...identity }, input) {
      const { machineName, name } = identity
      const arn = expressArn(options, machineName, name, id)
      const storedAs = `${name}:${id}`
      const key = { machineName, executionName: storedAs }
      const startedAtMs = options.clock.now()
      const cancel = options.clock.alarm(startedAtMs + longestMs, () => {
        void engine.deliver(key, { kind: 'executionDue' })
      })
      const ended = new Promise<StatusChange>((resolve) => {
        waiting.set(arn, (change) => {
          cancel()
          waiting.delete(arn)
          resolve(change)
          onEnd(machineName)
        })
      })
      void engine.start({ ...identity, arn, storedAs }, input)
      return { arn, startedAtMs, ended }
    },
    isBusy: engine.isBusy,
    atRest: engine.atRest,
    close: engine.close,
  }
}

const noLogs: ExecutionLogs = { append() {}, read: () => null, exists: () => false, remove() {} }

const noIndex: ExecutionIndex = {
  started() {},
  reopened() {},
  closed() {},
  dropped() {},
  leftOver: async () => ({ open: [], ended: [] }),
  newestFirst: () => [],
  flush() {},
}
