/** An open execution in memory: its state, what is not written yet, and its alarms. */
import type { Clock } from '../clock.ts'
import { type Machine, regionOf } from './definition/machine.ts'
import { apply } from './execution/apply.ts'
import type { Stimulus } from './execution/decide.ts'
import type { Entry } from './execution/entry.ts'
import type { ExecutionState } from './execution/state.ts'
import type { Wait } from './lifetime.ts'
import type { ExecutionKey, ExecutionLogs } from './storage/execution-logs.ts'

/** Alarm key of the execution's own TimeoutSeconds. */
export const executionAlarm = -1

export interface Running {
  readonly key: ExecutionKey
  readonly machine: Machine
  readonly state: ExecutionState
  /** Begun in a former lifetime, or closed before: what it starts may be there already. */
  readonly isResumed: boolean
  readonly queue: Job[]
  /** A job is being worked on; decisions of one execution never overlap. */
  active: boolean
  unwritten: string[]
  /** Why its log could not be written; it stops then, because memory and disk no longer agree. */
  broken: { readonly reason: unknown } | null
  /** Scopes whose effects are still to be derived. */
  readonly touched: Set<number>
  /** Scheduled events whose call was made in this lifetime. */
  readonly calledEvents: Set<number>
  /** Executions it waits for: by task or Map Run, then by `keyText`. */
  readonly children: Map<string, ChildGroup>
  /** How far each Map Run, by scope, has started its children in this lifetime. */
  readonly feeds: Map<number, { readonly eventId: number; next: number; open: number }>
  readonly alarms: Map<number, { readonly atMs: number; readonly cancel: () => void }>
}

/** What one task or Map Run waits for. */
export interface ChildGroup {
  readonly scopeId: number
  readonly eventId: number
  readonly open: Map<string, { readonly child: ExecutionKey; readonly wait: Wait }>
}

export interface Job {
  /** Null: only go on with what is ready. */
  readonly stimulus: Stimulus | null
  readonly settle: (changed: boolean) => void
  readonly refuse: (error: unknown) => void
}

export function newRunning(key: ExecutionKey, machine: Machine, state: ExecutionState, isResumed: boolean): Running {
  return {
    key,
    machine,
    state,
    isResumed,
    queue: [],
    active: false,
    unwritten: [],
    broken: null,
    touched: new Set(),
    calledEvents: new Set(),
    children: new Map(),
    feeds: new Map(),
    alarms: new Map(),
  }
}

export function record(execution: Running, entries: readonly Entry[]): void {
  for (const entry of entries) {
    apply(execution.state, entry, (path) => regionOf(execution.machine, path).startAt)
    execution.touched.add(entry.scope)
    execution.unwritten.push(JSON.stringify(entry))
  }
}

/** One write for all entries since the last one. After a write that failed, every further one throws its reason. */
export function write(execution: Running, logs: ExecutionLogs): void {
  if (execution.broken) throw execution.broken.reason
  if (execution.unwritten.length === 0) return
  const lines = `${execution.unwritten.join('\n')}\n`
  execution.unwritten = []
  try {
    logs.append(execution.key, lines)
  } catch (reason) {
    execution.broken = { reason }
    throw reason
  }
}

/** Sets, moves or (with null) removes the alarm `id`. */
export function setAlarm(execution: Running, clock: Clock, id: number, atMs: number | null, ring: () => void): void {
  const present = execution.alarms.get(id)
  if (present?.atMs === atMs) return
  present?.cancel()
  execution.alarms.delete(id)
  if (atMs === null) return
  const cancel = clock.alarm(atMs, () => {
    execution.alarms.delete(id)
    ring()
  })
  execution.alarms.set(id, { atMs, cancel })
}

export function cancelAlarms(execution: Running): void {
  for (const alarm of execution.alarms.values()) alarm.cancel()
  execution.alarms.clear()
}
