/**
 * What the service states of a DAG read of the run: parameters, conf, dates. Derived from records that do not change once
 * the run has started, so that a repeated start has the same input. A value that the run lacks is left out.
 */
import { type DagRecord, type JsonValue, pathText, type Run } from '../../run-model/index.ts'

/** @param paths as in `Wiring.runValues`. */
export function runValuesOf(
  paths: readonly (readonly string[])[],
  run: Run,
  options: DagRecord['options'],
): Readonly<Record<string, JsonValue>> {
  const all: JsonValue = {
    // The caller's conf comes before the DAG's defaults (semantics §12).
    params: { ...objectOf(options.recorded.params), ...run.conf },
    conf: run.conf,
    logical_date: run.logicalDate,
    data_interval_start: run.dataInterval?.start ?? null,
    data_interval_end: run.dataInterval?.end ?? null,
    run_after: run.runAfter,
  }
  const found = paths.map((path) => [pathText(path), path.reduce<JsonValue | undefined>(stepInto, all)] as const)
  return Object.fromEntries(found.flatMap(([text, value]) => (value === undefined ? [] : [[text, value]])))
}

const objectOf = (value: JsonValue | undefined): { readonly [key: string]: JsonValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: JsonValue }) // no array, so an object
    : {}

/** A date that the run does not have is no value; a null in `conf` is one. */
function stepInto(value: JsonValue | undefined, step: string, depth: number): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
  const found = Object.entries(value).find(([name]) => name === step)?.[1]
  return depth === 0 && found === null ? undefined : found
}
