/**
 * Reads the state data that a machine sends: nested frames become one table of statuses and the run they belong to.
 * Nothing is lost: an inner frame wins over an outer one, and names that begin with `^` never become a status.
 */
import type { RunRef } from './run.ts'
import type { StateData, StatusEntry } from './task-call.ts'

export interface KnownStatuses {
  readonly run: RunRef
  /** By task key. A map, because `constructor` and `__proto__` are legal task ids. */
  readonly statuses: ReadonlyMap<string, StatusEntry>
}

/** @throws Error when no frame holds `^run`: the machine was not started by the launcher. */
export function flattenStateData(data: StateData): KnownStatuses {
  const frames = framesOf(data)
  const run = frames.map((frame) => frame['^run']).find(isRunRef)
  if (!run) throw new Error('The state data holds no "^run": start runs through the launcher, not by hand.')
  const entries = frames.toReversed().flatMap((frame) => Object.entries(frame))
  return { run: { dagId: run.dagId, runId: run.runId }, statuses: new Map(entries.filter(isStatus)) }
}

/** Innermost first. */
function framesOf(data: StateData): readonly StateData[] {
  const frames = [data]
  for (let outer = data['^']; isFrame(outer); outer = outer['^']) frames.push(outer)
  return frames
}

const isFrame = (value: StateData[string] | undefined): value is StateData => typeof value === 'object'

const isRunRef = (value: StateData[string] | undefined): value is RunRef =>
  typeof value === 'object' && typeof value.dagId === 'string' && typeof value.runId === 'string'

const statuses: readonly unknown[] = ['success', 'failed', 'skipped', 'upstream_failed'] satisfies StatusEntry[]

const isStatus = (entry: [string, StateData[string]]): entry is [string, StatusEntry] =>
  !entry[0].startsWith('^') && statuses.includes(entry[1])
