/**
 * Runs executions: one queue per execution, decisions by `decide.ts`, entries to the log, then effects. Invariant: an effect
 * (a call, an alarm, an answer to a caller, a status change) follows from state whose entries are on disk.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { compiledMachines } from './definition/compiled-machines.ts'
import { stateOf } from './definition/machine.ts'
import { emptyState } from './execution/apply.ts'
import { react, type Stimulus, step } from './execution/decide.ts'
import type { Entry, ExecutionIdentity } from './execution/entry.ts'
import { deletedEntry, internalFailure, startedEntry } from './execution/final-entries.ts'
import { deadlineOf, type ExecutionState, type Scope, type TaskPhase } from './execution/state.ts'
import { call } from './integrations/call.ts'
import { makeToken } from './integrations/token.ts'
import type { StepFunctionsOptions } from './port.ts'
import { interruptions, rebuild } from './recovery.ts'
import { createRest } from './rest.ts'
import { cancelAlarms, type Job, newRunning, type Running, record, setAlarm, write } from './running.ts'
import { resourceOf } from './states/task.ts'
import { statusChange } from './status-change.ts'
import type { ExecutionIndex, IndexRow } from './storage/execution-index.ts'
import { type ExecutionKey, type ExecutionLogs, keyText } from './storage/execution-logs.ts'
import type { MachineStore } from './storage/machine-store.ts'

export interface EngineParts {
  readonly options: StepFunctionsOptions
  readonly machines: MachineStore
  readonly logs: ExecutionLogs
  readonly index: ExecutionIndex
}

export interface Engine {
  /** Writes ExecutionStarted and answers; the execution goes on by itself. The caller has checked that the name is free. */
  start(identity: ExecutionIdentity, input: string): Promise<ExecutionState>
  /** Answers whether it changed anything, after that is on disk. False too when the execution is closed or unknown. */
  deliver(key: ExecutionKey, stimulus: Stimulus): Promise<boolean>
  /** State of an open execution from memory, of a closed one from its log; null when unknown. */
  find(key: ExecutionKey): ExecutionState | null
  history(key: ExecutionKey): Entry[] | null
  /** Rebuilds every open execution and lets it go on; repeats status changes that may not have been delivered. */
  recover(): Promise<void>
  /** Resolves when no execution has anything to do before an alarm or an answer. */
  atRest(): Promise<void>
  close(): void
}

/** Entries between two writes of an execution that never waits; other executions get their turn there. */
const entriesPerTurn = 500
/** Ends in the last minutes of the previous lifetime are announced again: their announcement may not have arrived. */
const announceAgainMs = 5 * 60_000
/** Alarm key of the execution's own TimeoutSeconds. */
const executionAlarm = -1

export function createEngine({ options, machines, logs, index }: EngineParts): Engine {
  const running = new Map<string, Running>()
  const machine = compiledMachines(machines, options.random ?? Math.random)
  const lifetime = { closed: false }
  const rest = createRest()
  const random = options.random ?? Math.random

  function surroundings(key: ExecutionKey) {
    return {
      nowMs: options.clock.now(),
      region: options.region,
      random,
      newToken: (scopeId: number) => makeToken({ ...key, scopeId }),
    }
  }

  async function advance(execution: Running): Promise<void> {
    const { state } = execution
    while (state.status === 'RUNNING' && state.ready.size > 0) {
      const scope = state.scopes.get(state.ready.values().next().value!)!
      const entries = await nextEntries(execution, scope)
      if (entries.length === 0) throw new Error(`a ${scope.phase.kind} scope of ${state.identity.arn} does not go on`)
      record(execution, entries)
      if (execution.unwritten.length < entriesPerTurn) continue
      write(execution, logs)
      dispatchTouched(execution)
      await nextTurn()
    }
  }

  async function nextEntries(execution: Running, scope: Scope): Promise<readonly Entry[]> {
    const { state, key } = execution
    if (scope.phase.kind === 'next' && !machines.get(key.machineName)) return [deletedEntry(state, options.clock.now())]
    return step(execution.machine, state, scope, surroundings(key))
  }

  async function work(execution: Running): Promise<void> {
    if (execution.active) return
    execution.active = true
    rest.begin()
    for (let job = execution.queue.shift(); job && !lifetime.closed; job = execution.queue.shift()) {
      await oneJob(execution, job)
    }
    execution.active = false
    rest.end()
  }

  async function oneJob(execution: Running, job: Job): Promise<void> {
    try {
      const changed = await decideJob(execution, job.stimulus)
      if (lifetime.closed) return
      write(execution, logs)
      job.settle(changed)
      takeEffect(execution)
    } catch (error) {
      job.refuse(error) // nothing is left to refuse when it was the effects that failed
      putAside(execution, error)
    }
  }

  async function decideJob(execution: Running, stimulus: Stimulus | null): Promise<boolean> {
    let changed = stimulus === null
    try {
      if (stimulus) {
        // An alarm may ring a little early: its scope is looked at again, so that the alarm is set anew.
        if (stimulus.kind === 'due') execution.touched.add(stimulus.scopeId)
        const entries = await react(execution.machine, execution.state, stimulus, surroundings(execution.key))
        changed = entries.length > 0
        record(execution, entries)
      }
      await advance(execution)
    } catch (error) {
      if (execution.broken || execution.state.status !== 'RUNNING') throw error
      record(execution, [internalFailure(execution.state, options.clock.now(), error)])
    }
    return changed
  }

  /** The disk refused: what memory holds is not on disk, so this execution stops here and goes on from its log at the next start. */
  function putAside(execution: Running, error: unknown): void {
    cancelAlarms(execution)
    running.delete(keyText(execution.key))
    for (const job of execution.queue.splice(0)) job.refuse(error)
    options.onNotice?.({
      what: `Execution ${execution.state.identity.arn} stopped: ${String(error)}.`,
      fix: 'When the disk refused a write, make room or repair the data folder. At the next start it goes on where its log ends.',
    })
  }

  function takeEffect(execution: Running): void {
    const { state } = execution
    if (state.status !== 'RUNNING') {
      close(execution)
      return
    }
    dispatchTouched(execution)
    for (const [scopeId, alarm] of execution.alarms) {
      if (scopeId === executionAlarm || state.scopes.has(scopeId)) continue
      alarm.cancel()
      execution.alarms.delete(scopeId)
    }
  }

  function dispatchTouched(execution: Running): void {
    for (const scopeId of execution.touched) {
      const scope = execution.state.scopes.get(scopeId)
      if (scope) dispatch(execution, scope)
    }
    execution.touched.clear()
  }

  function dispatch(execution: Running, scope: Scope): void {
    setAlarm(execution, options.clock, scope.id, deadlineOf(scope), () => {
      enqueueQuietly(execution, { kind: 'due', scopeId: scope.id })
    })
    const { phase } = scope
    if (phase.kind !== 'task' || phase.submitted || execution.calledEvents.has(phase.scheduledEventId)) return
    execution.calledEvents.add(phase.scheduledEventId)
    void makeCall(execution, scope, phase)
  }

  async function makeCall(execution: Running, scope: Scope, phase: TaskPhase): Promise<void> {
    const resource = resourceOf(stateOf(execution.machine, scope.regionPath, scope.current!.name).json)
    const outcome = await call(resource, phase.parameters, options)
    if (lifetime.closed) return
    const { scheduledEventId } = phase
    // Forgotten only after the answer is on disk: until then the state still looks as if the call had to be made.
    await enqueue(execution, { kind: 'called', scopeId: scope.id, scheduledEventId, outcome })
      .then(() => execution.calledEvents.delete(scheduledEventId))
      .catch(() => undefined)
  }

  function close(execution: Running): void {
    cancelAlarms(execution)
    running.delete(keyText(execution.key))
    for (const job of execution.queue.splice(0)) job.settle(false)
    options.onStatusChange?.(statusChange(execution.state))
    // After the announcement: an end without this line is announced again at the next start.
    const { status, stoppedAtMs } = execution.state
    index.closed({ ...execution.key, status, stoppedAtMs })
  }

  function enqueue(execution: Running, stimulus: Stimulus | null): Promise<boolean> {
    return new Promise((settle, refuse) => {
      execution.queue.push({ stimulus, settle, refuse })
      void work(execution)
    })
  }

  /** For stimuli without a caller: a write that failed was reported by `putAside`. */
  function enqueueQuietly(execution: Running, stimulus: Stimulus | null): void {
    enqueue(execution, stimulus).catch(() => undefined)
  }

  function open(key: ExecutionKey, state: ExecutionState): Running {
    const execution = newRunning(key, machine(state.identity.definitionHash), state)
    running.set(keyText(key), execution)
    const { timeoutSeconds } = execution.machine
    if (timeoutSeconds !== null) {
      setAlarm(execution, options.clock, executionAlarm, state.startedAtMs + timeoutSeconds * 1000, () => {
        enqueueQuietly(execution, { kind: 'executionDue' })
      })
    }
    return execution
  }

  function find(key: ExecutionKey): ExecutionState | null {
    const execution = running.get(keyText(key))
    if (execution) {
      write(execution, logs) // what a caller is told is on disk
      return execution.state
    }
    const entries = logs.read(key)
    return entries ? rebuild(entries, machine) : null
  }

  async function recover(): Promise<void> {
    const rows = await index.rows()
    const lastMs = rows.reduce((most, row) => Math.max(most, row.stoppedAtMs ?? row.startedAtMs), 0)
    for (const row of rows) {
      try {
        if (row.status === 'RUNNING') reopen(row)
        else if ((row.stoppedAtMs ?? 0) > lastMs - announceAgainMs) announce(row)
      } catch (error) {
        options.onNotice?.({
          what: `Execution ${row.executionName} of ${row.machineName} could not be reopened: ${String(error)}.`,
          fix: 'Start it again under another name. The others go on.',
        })
      }
    }
  }

  function announce(row: IndexRow): void {
    const state = find(row)
    if (state) options.onStatusChange?.(statusChange(state))
  }

  function reopen(row: IndexRow): void {
    const key = { machineName: row.machineName, executionName: row.executionName }
    const state = find(key)
    if (!state) {
      index.closed({ ...key, status: 'ABORTED', stoppedAtMs: row.startedAtMs }) // never acknowledged, or damaged
      return
    }
    const execution = open(key, state)
    for (const id of state.scopes.keys()) execution.touched.add(id)
    for (const stimulus of interruptions(execution.machine, state)) {
      // Their calls were made: while one interruption is written, those behind it must not look like calls still to be made.
      execution.calledEvents.add(stimulus.scheduledEventId)
      enqueueQuietly(execution, stimulus)
    }
    enqueueQuietly(execution, null)
  }

  return {
    async start(identity, input) {
      const key = { machineName: identity.machineName, executionName: identity.name }
      const entry = startedEntry(identity, input, options.clock.now())
      const state = emptyState(entry)
      const execution = open(key, state)
      // The index first: a start line without a log is dropped at recovery, a log without a start line would be lost.
      index.started({ ...key, startedAtMs: entry.atMs, versionArn: identity.versionArn })
      record(execution, [entry])
      write(execution, logs)
      options.onStatusChange?.(statusChange(state))
      enqueueQuietly(execution, null)
      return state
    },
    deliver(key, stimulus) {
      const execution = running.get(keyText(key))
      return execution ? enqueue(execution, stimulus) : Promise.resolve(false)
    },
    find,
    history(key) {
      const execution = running.get(keyText(key))
      if (execution) write(execution, logs)
      return logs.read(key)
    },
    recover,
    atRest: rest.reached,
    close() {
      lifetime.closed = true
      for (const execution of running.values()) cancelAlarms(execution)
      running.clear()
      logs.close()
      index.close()
    },
  }
}
