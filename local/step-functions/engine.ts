/**
 * Runs executions: one queue per execution, decisions by `decide.ts`, entries to the log, then effects. Invariant: an effect
 * (a call, an alarm, an answer to a caller, a status change) follows from state whose entries are on disk.
 */
import { type ActivityDesk, createActivityDesk } from './activity-desk.ts'
import { operate } from './api/operations.ts'
import { compiledMachines } from './definition/compiled-machines.ts'
import { emptyState } from './execution/apply.ts'
import type { Stimulus } from './execution/decide.ts'
import type { Entry, ExecutionIdentity } from './execution/entry.ts'
import { redrivenEntry, startedEntry } from './execution/final-entries.ts'
import type { ExecutionState } from './execution/state.ts'
import type { EngineParts, Lifetime } from './lifetime.ts'
import { rebuild } from './recovery.ts'
import { recover } from './reopen.ts'
import { createRest } from './rest.ts'
import { cancelAlarms, executionAlarm, newRunning, type Running, record, setAlarm, write } from './running.ts'
import { statusChange } from './status-change.ts'
import type { StartedRow } from './storage/execution-list.ts'
import { type ExecutionKey, keyText } from './storage/execution-logs.ts'
import { enqueue } from './work.ts'

export interface Engine {
  /** Writes ExecutionStarted and answers; the execution goes on by itself. The caller has checked that the name is free. */
  start(identity: ExecutionIdentity, input: string): Promise<ExecutionState>
  /** Writes ExecutionRedriven and lets the closed execution go on. The caller has checked that it may. */
  redrive(key: ExecutionKey, state: ExecutionState, clientToken: string | null): void
  /**
   * Answers whether it changed anything, after that is on disk. False too when the execution is closed or unknown; rejects when
   * its log could not be written, because then it is open and takes nothing.
   */
  deliver(key: ExecutionKey, stimulus: Stimulus): Promise<boolean>
  /** State of an open execution from memory, of a closed one from its log; null when unknown. */
  find(key: ExecutionKey): ExecutionState | null
  history(key: ExecutionKey): Entry[] | null
  /** Tasks of activities that wait for a worker. */
  readonly activities: ActivityDesk
  /** Whether an execution of this machine, or of a Map Run in it, is open. */
  isBusy(machineName: string): boolean
  /** Rebuilds every open execution and lets it go on; repeats status changes that may not have been delivered. */
  recover(): Promise<void>
  /** Resolves when no execution has anything to do before an alarm or an answer. */
  atRest(): Promise<void>
  close(): void
}

export function createEngine(parts: EngineParts): Engine {
  const { options, machines, logs } = parts
  const random = options.random ?? Math.random
  const lifetime: Lifetime = {
    ...parts,
    running: new Map(),
    putAside: new Map(),
    machineOf: compiledMachines(machines, { random, now: () => options.clock.now() }),
    waits: new Map(),
    rest: createRest(),
    activities: createActivityDesk(),
    random,
    operate: parts.operate ?? ((name, request, startedBy) => operate({ ...parts, engine, startedBy }, name, request)),
    find: (key) => find(lifetime, key),
    start: (identity, input) => start(lifetime, identity, input),
    redrive: (key, state) => redrive(lifetime, key, state, null),
    enqueue: (execution, stimulus) => enqueue(lifetime, execution, stimulus),
    // A write that failed was reported when the execution was put aside.
    enqueueQuietly: (execution, stimulus) => void enqueue(lifetime, execution, stimulus).catch(() => undefined),
    closed: false,
  }
  const engine: Engine = {
    start: async (identity, input) => start(lifetime, identity, input),
    redrive: (key, state, clientToken) => redrive(lifetime, key, state, clientToken),
    deliver(key, stimulus) {
      const execution = lifetime.running.get(keyText(key))
      if (execution) return enqueue(lifetime, execution, stimulus)
      const aside = lifetime.putAside.get(keyText(key))
      return aside ? Promise.reject(aside.reason) : Promise.resolve(false)
    },
    find: lifetime.find,
    history(key) {
      const execution = lifetime.running.get(keyText(key))
      if (execution) write(execution, logs)
      return logs.read(key)
    },
    activities: lifetime.activities,
    isBusy: (machineName) =>
      [...lifetime.running.values()].some(({ key }) => key.machineName.split('/')[0] === machineName),
    recover: () => recover(lifetime, (key, state) => open(lifetime, key, state, true)),
    atRest: lifetime.rest.reached,
    close() {
      lifetime.closed = true
      for (const execution of lifetime.running.values()) cancelAlarms(execution)
      lifetime.running.clear()
      parts.closeStorage()
    },
  }
  return engine
}

function start(lifetime: Lifetime, identity: ExecutionIdentity, input: string): ExecutionState {
  const key = { machineName: identity.machineName, executionName: identity.storedAs ?? identity.name }
  const entry = startedEntry(identity, input, lifetime.options.clock.now())
  const state = emptyState(entry)
  const execution = open(lifetime, key, state, false)
  try {
    // The index first: a row without a log is dropped at recovery, a log without a row would be lost.
    orNothing(lifetime, execution, () => lifetime.index.started(rowOf(state)))
    beginWith(lifetime, execution, entry)
  } catch (error) {
    unlist(lifetime, key)
    throw error
  }
  return state
}

/** A start that was refused leaves no row, where the disk allows; where it does not, the next start drops it. */
function unlist({ index }: Lifetime, key: ExecutionKey): void {
  try {
    index.dropped(key)
  } catch {
    // the first refusal is the one to tell
  }
}

/** When the disk refuses, so is the caller: nothing of the execution stays open, and it may be asked for again. */
function orNothing(lifetime: Lifetime, execution: Running, writing: () => void): void {
  try {
    writing()
  } catch (error) {
    cancelAlarms(execution)
    lifetime.running.delete(keyText(execution.key))
    throw error
  }
}

function rowOf({ identity, startedAtMs }: ExecutionState): StartedRow {
  const { machineName, name: executionName, versionArn, aliasArn, mapRunArn } = identity
  const more = { ...(aliasArn === undefined ? {} : { aliasArn }), ...(mapRunArn === undefined ? {} : { mapRunArn }) }
  return { machineName, executionName, startedAtMs, versionArn, ...more }
}

function redrive(lifetime: Lifetime, key: ExecutionKey, state: ExecutionState, clientToken: string | null): void {
  const entry = redrivenEntry(state, lifetime.options.clock.now(), clientToken)
  const execution = newRunning(key, lifetime.machineOf(state.identity.definitionHash), state, true)
  lifetime.running.set(keyText(key), execution)
  orNothing(lifetime, execution, () => lifetime.index.reopened(rowOf(state), state.redriveCount + 1))
  beginWith(lifetime, execution, entry)
  watchTimeout(lifetime, execution)
}

function beginWith(lifetime: Lifetime, execution: Running, entry: Entry): void {
  record(execution, [entry])
  orNothing(lifetime, execution, () => write(execution, lifetime.logs))
  lifetime.options.onStatusChange?.(statusChange(execution.state))
  lifetime.enqueueQuietly(execution, null)
}

function open(lifetime: Lifetime, key: ExecutionKey, state: ExecutionState, isResumed: boolean): Running {
  const execution = newRunning(key, lifetime.machineOf(state.identity.definitionHash), state, isResumed)
  lifetime.running.set(keyText(key), execution)
  watchTimeout(lifetime, execution)
  return execution
}

/** TimeoutSeconds of the machine, or what a child of a Map Run has of its own; a redrive starts it anew. */
function watchTimeout(lifetime: Lifetime, execution: Running): void {
  const { machine, state } = execution
  const { regionPath, timeoutSeconds = regionPath === undefined ? machine.timeoutSeconds : null } = state.identity
  if (timeoutSeconds === null) return
  const dueMs = (state.redrivenAtMs ?? state.startedAtMs) + timeoutSeconds * 1000
  setAlarm(execution, lifetime.options.clock, executionAlarm, dueMs, () => {
    lifetime.enqueueQuietly(execution, { kind: 'executionDue' })
  })
}

function find(lifetime: Lifetime, key: ExecutionKey): ExecutionState | null {
  const execution = lifetime.running.get(keyText(key))
  if (execution) {
    write(execution, lifetime.logs) // what a caller is told is on disk
    return execution.state
  }
  const entries = lifetime.logs.read(key)
  return entries ? rebuild(entries, lifetime.machineOf) : null
}
