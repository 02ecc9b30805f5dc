/**
 * Reads the state data that a machine sends: nested frames become one table of entries and the run they belong to.
 * Nothing is lost: an inner frame wins over an outer one, and names that begin with `^` never become an entry.
 */
import type { RunRef } from './run.ts'
import { type StateData, type StateEntry, type StatusEntry, statusOf } from './task-call.ts'

export interface KnownStatuses {
  readonly run: RunRef
  /** By task key. A map, because `constructor` and `__proto__` are legal task ids. */
  readonly entries: ReadonlyMap<string, StateEntry>
  /** The status of each entry. */
  readonly statuses: ReadonlyMap<string, StatusEntry>
}

/** @throws Error when no frame holds `^run`: the machine was not started by the launcher. */
export function flattenStateData(data: StateData): KnownStatuses {
  const frames = framesOf(data)
  const run = frames.map((frame) => frame['^run']).find(isRunRef)
  if (!run) throw new Error('The state data holds no "^run": start runs through the launcher, not by hand.')
  const named = frames.toReversed().flatMap((frame) => Object.entries(frame))
  const entries = new Map(named.filter(isEntry))
  const statuses = new Map([...entries].map(([key, entry]) => [key, statusOf(entry)]))
  return { run: { dagId: run.dagId, runId: run.runId }, entries, statuses }
}

/** Innermost first. */
function framesOf(data: StateData): readonly StateData[] {
  const frames = [data]
  for (let outer = data['^']; isFrame(outer); outer = outer['^']) frames.push(outer)
  return frames
}

type Held = StateData[string] | undefined

const isFrame = (value: Held): value is StateData => typeof value === 'object'

const isRunRef = (value: Held): value is RunRef =>
  typeof value === 'object' &&
  'dagId' in value &&
  typeof value.dagId === 'string' &&
  'runId' in value &&
  typeof value.runId === 'string'

const words: readonly unknown[] = ['success', 'failed', 'skipped', 'upstream_failed'] satisfies StatusEntry[]

const isEntry = (named: [string, StateData[string]]): named is [string, StateEntry] => {
  const [key, value] = named
  if (key.startsWith('^')) return false
  return words.includes(typeof value === 'object' && 's' in value ? value.s : value)
}
