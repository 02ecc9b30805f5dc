/** What a simulated run's tasks do, as a test's author writes it, looked up by task, instance and try. */
import type { JsonValue } from '../../run-model/index.ts'

/**
 * How a try ends. `returns`: success with this return value; a decider returns its choice, as its handler would. `throws`:
 * an error of this name, for `retryPolicy`, or `SkipTask` and `FailTask`.
 */
export type Outcome = 'success' | 'failed' | 'skipped' | { readonly returns: JsonValue } | { readonly throws: string }

/** One for every try, or one per try (for a sensor: per poke, not ready is `{ returns: false }`): what is beyond the list succeeds. */
export type Tries<T> = T | readonly T[]

/** For all instances of a mapped task alike, or one per map index; an index beyond the list has the defaults. */
export type Script<T> = Tries<T> | { readonly each: readonly Tries<T>[] }

/** @param tryNumber from 1; @param mapIndex -1 for a task that is not mapped */
export function outcomeOf(script: Script<Outcome> | undefined, mapIndex: number, tryNumber: number): Outcome {
  const tries = ofInstance(script, mapIndex)
  if (!isList(tries)) return tries ?? 'success'
  return tries[tryNumber - 1] ?? 'success'
}

/** Seconds of a try. A try beyond a list takes as long as the last one in it. */
export function secondsOf(script: Script<number> | undefined, mapIndex: number, tryNumber: number): number {
  const tries = ofInstance(script, mapIndex)
  if (!isList(tries)) return tries ?? defaultSeconds
  return tries[Math.min(tryNumber, tries.length) - 1] ?? defaultSeconds
}

const defaultSeconds = 1

function ofInstance<T extends Outcome | number>(script: Script<T> | undefined, mapIndex: number): Tries<T> | undefined {
  if (typeof script === 'object' && 'each' in script) return script.each[mapIndex]
  return script as Tries<T> | undefined // what is not per instance is per try
}

const isList = <T>(tries: Tries<T> | undefined): tries is readonly T[] => Array.isArray(tries)
