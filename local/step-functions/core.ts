/**
 * The engine with its storage, called as functions: what the endpoint serves on a port, and what a world in virtual time
 * drives without one. Invariant: it starts nothing by itself before `recover` or a call.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Request } from './api/api-error.ts'
import { createExpress } from './api/express.ts'
import { operate } from './api/operations.ts'
import type { Service } from './api/service.ts'
import { closableClock } from './closable-clock.ts'
import { createEngine } from './engine.ts'
import type { StepFunctionsOptions } from './port.ts'
import { type Disk, nodeDisk } from './storage/disk.ts'
import { diskIndex, memoryIndex } from './storage/execution-index.ts'
import { diskLogs, memoryLogs } from './storage/execution-logs.ts'
import { diskMachines, memoryMachines } from './storage/machine-store.ts'

export interface StepFunctionsCore {
  /**
   * An operation of AWS's API by name, e.g. `StartExecution`, with the request as the SDK takes it. Dates in the answer are
   * seconds since 1970. Rejects with an error whose `type` is AWS's error name.
   */
  call(operation: string, request: Request): Promise<object>
  /** Lets open executions of `dataDir` go on. */
  recover(): Promise<void>
  /**
   * Resolves when no execution has anything to do before an alarm rings or a call in flight returns: the moment to move
   * a virtual clock.
   */
  atRest(): Promise<void>
  close(): void
}

/** `dataDir: null` keeps logs, definitions and index in memory. */
export function createStepFunctions(options: StepFunctionsOptions, disk: Disk = nodeDisk()): StepFunctionsCore {
  const parts = openParts(options, disk)
  const { machines } = parts
  const onEnd = (machineName: string) => {
    // Of a Map Run's item: `<machine>/<label>`.
    const record = machines.get(machineName.split('/')[0]!)
    if (record?.deleting && !engine.isBusy(record.name) && !express.isBusy(record.name)) machines.remove(record.name)
  }
  // The engine ends its own alarms; these are of callers that wait, and of EXPRESS executions.
  const clock = closableClock(options.clock)
  const express = createExpress({
    options: { ...options, clock },
    machines,
    operate: (name, request, startedBy) => operate({ ...service, startedBy }, name, request),
    onEnd,
  })
  const engine = createEngine({ ...parts, options: announcing(options, onEnd), express })
  const service: Service = { ...parts, options: { ...options, clock }, engine, express }
  return {
    call: (operation, request) => operate(service, operation, request),
    async recover() {
      await engine.recover()
      for (const { name } of machines.list()) onEnd(name)
    },
    async atRest() {
      await engine.atRest()
      await express.atRest()
      await engine.atRest()
    },
    close() {
      clock.close()
      express.close()
      engine.close()
    },
  }
}

/** Ends are told to the caller first: what follows them may forget the machine. */
function announcing(options: StepFunctionsOptions, onEnd: (machineName: string) => void): StepFunctionsOptions {
  return {
    ...options,
    onStatusChange(change) {
      options.onStatusChange?.(change)
      if (change.status !== 'RUNNING') onEnd(change.stateMachineArn.split(':').slice(6).join(':'))
    },
  }
}

function openParts(options: StepFunctionsOptions, disk: Disk) {
  const { dataDir } = options
  if (dataDir === null)
    return { machines: memoryMachines(), logs: memoryLogs(), index: memoryIndex(), closeStorage: () => {} }
  mkdirSync(dataDir, { recursive: true })
  const damaged = (file: string, why: string) =>
    options.onNotice?.({
      what: `A damaged file was put aside: ${file} (${why}).`,
      fix: 'Everything else goes on. Delete the file when you do not need it; start what it held again.',
    })
  const index = diskIndex(join(dataDir, 'index'), disk)
  return {
    machines: diskMachines(dataDir, disk, damaged),
    logs: diskLogs(join(dataDir, 'logs'), disk, damaged),
    index,
    closeStorage() {
      index.flush()
      disk.close()
    },
  }
}
