/**
 * What state data shall hold of a task that succeeded: its status, and whatever else the plan says that others read from
 * there. Pure, so a repeat says the same again.
 */
import {
  type JsonValue,
  type MappedWiring,
  pathText,
  type StateEntry,
  type TaskWiring,
  type Wiring,
} from '../../run-model/index.ts'

/** Of one value, as JSON. Values of a whole branch share the 256 KiB of state data (Step Functions quota). */
const mostBytes = 4 * 1024

/** A value that service states need is not there, or too large to travel in state data. */
class ExposedValueError extends Error {
  override readonly name = 'ExposedValueError'
}

/**
 * @param value what the task returned; undefined: nothing.
 * @param chosen options of its decision.
 * @throws ExposedValueError
 */
export function successEntry(
  wiring: Wiring,
  task: TaskWiring,
  value: JsonValue | undefined,
  chosen?: readonly string[],
): StateEntry {
  const n = Array.isArray(value) && mappingsOver(wiring, task).length > 0 ? value.length : undefined
  const v = exposedValues(task, value)
  if (n === undefined && v === undefined && chosen === undefined) return 'success'
  return { s: 'success', ...(n !== undefined && { n }), ...(chosen && { b: chosen }), ...(v && { v }) }
}

/** The mappings that read what a task returned. */
export function mappingsOver(wiring: Wiring, { taskId }: TaskWiring): readonly MappedWiring[] {
  const mapped = [...Object.values(wiring.tasks), ...Object.values(wiring.groups ?? {})].flatMap(
    (one) => one.mapped ?? [],
  )
  return mapped.filter(({ over }) => over.some((key) => wiring.tasks[key]?.taskId === taskId))
}

function exposedValues(task: TaskWiring, value: JsonValue | undefined): Record<string, JsonValue> | undefined {
  if (!task.exposes) return undefined
  return Object.fromEntries(task.exposes.map((path) => [pathText(path), exposed(task, value, path)] as const))
}

function exposed(task: TaskWiring, value: JsonValue | undefined, path: readonly (string | number)[]): JsonValue {
  const place = `the return value of task "${task.taskId}"${path.length > 0 ? ` at ${pathText(path)}` : ''}`
  const found = path.reduce<JsonValue | undefined>(stepInto, value)
  if (found === undefined) {
    throw new ExposedValueError(
      `A service task takes ${place} as an argument, but there is nothing. Return a value there, null at least.`,
    )
  }
  const bytes = Buffer.byteLength(JSON.stringify(found))
  if (bytes <= mostBytes) return found
  throw new ExposedValueError(
    `A service task takes ${place} as an argument, but it has ${bytes} bytes of JSON and ${mostBytes} are the limit: it ` +
      'travels in the state data (256 KiB, a Step Functions quota). Write it to a file and return its address.',
  )
}

function stepInto(value: JsonValue | undefined, step: string | number): JsonValue | undefined {
  if (value === undefined || value === null || typeof value !== 'object') return undefined
  return Object.hasOwn(value, step) ? Object.entries(value).find(([name]) => name === String(step))?.[1] : undefined
}
