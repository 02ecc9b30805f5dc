/** Turns the inputs an author named in a DAG file into the values a handler receives: literals, XComs, arrays of them. */
import type { JsonValue, RunRef, RunStore } from '../../run-model/index.ts'
import type { TaskInput } from './ports.ts'
import { toJsonValue } from './to-json-value.ts'

/** Key of what a handler returned. */
export const returnValueKey = 'return_value'

/** An upstream pushed nothing that this task needs. */
class MissingInput extends Error {
  override readonly name = 'MissingInput'
}

export interface Reader {
  readonly store: Pick<RunStore, 'getXCom' | 'listMappedXComs'>
  readonly run: RunRef
  readonly taskId: string
  /** What `.map` was given, by the name under which the DAG lists it. */
  readonly functions: ReadonlyMap<string, (element: never) => unknown>
  /** Map index at which an upstream is read; `all`: as the list of what its instances returned. */
  readonly instanceOf: (taskId: string) => number | 'all'
  /** Of a mapped group's instance, its element under a key of the group's mapping. */
  readonly elementOf: (groupId: string, key: string) => Promise<JsonValue>
}

/** @throws MissingInput when a reference that is not `optional` finds no return value. */
export async function resolveInputs(
  reader: Reader,
  inputs: Readonly<Record<string, TaskInput>>,
): Promise<Record<string, JsonValue>> {
  const resolved = Object.entries(inputs).map(
    async ([name, input]) => [name, await resolve(reader, name, input)] as const,
  )
  return Object.fromEntries(await Promise.all(resolved))
}

export async function resolve(reader: Reader, name: string, input: TaskInput): Promise<JsonValue> {
  if ('value' in input) return input.value
  if ('all' in input) return resolveAll(reader, name, input.all)
  if ('zip' in input) return zip(await resolveAll(reader, name, input.zip), input.fill)
  if ('concat' in input) return (await resolveAll(reader, name, input.concat)).flatMap((part) => listOf(name, part))
  if ('map' in input) return mapElements(reader, name, input)
  if ('element' in input) return reader.elementOf(input.group, input.element)
  const instance = reader.instanceOf(input.ref)
  if (instance === 'all') {
    const entries = await reader.store.listMappedXComs(reader.run, input.ref, returnValueKey)
    return entries.map(({ value }) => value)
  }
  const entry = await reader.store.getXCom(reader.run, input.ref, returnValueKey, instance)
  if (entry) return entry.value
  if (input.optional) return null
  throw new MissingInput(
    `Input "${name}" of task "${reader.taskId}" is what task "${input.ref}" returned, but "${input.ref}" has returned ` +
      `nothing in this run so far. Return a value there, or take it with optional(${input.ref}), which passes null.`,
  )
}

const resolveAll = (reader: Reader, name: string, parts: readonly TaskInput[]): Promise<JsonValue[]> =>
  Promise.all(parts.map((part) => resolve(reader, name, part)))

/** As long as the shortest list, or as the longest when there is something to fill the holes with. */
function zip(parts: readonly JsonValue[], fill: JsonValue | undefined): JsonValue[] {
  const lists = parts.map((part) => listOf('zip', part))
  const lengths = lists.map((list) => list.length)
  const length = fill === undefined ? Math.min(...lengths) : Math.max(...lengths)
  return Array.from({ length }, (_, index) => lists.map((list) => list[index] ?? fill ?? null))
}

async function mapElements(
  reader: Reader,
  name: string,
  { map, fn }: Extract<TaskInput, { map: TaskInput }>,
): Promise<JsonValue[]> {
  const apply = reader.functions.get(fn)
  if (!apply) throw new Error(`The bundle has no function "${fn}" for input "${name}". Please report this bug.`)
  const list = listOf(name, await resolve(reader, name, map))
  // The author's function was declared for the elements of this list.
  const applied = await Promise.all(list.map(async (element) => apply(element as never)))
  return applied.map((value) => toJsonValue(value, `An element of input "${name}"`))
}

/** @throws Error when it is no array. */
export function listOf(name: string, value: JsonValue): readonly JsonValue[] {
  if (Array.isArray(value)) return value
  throw new Error(
    `Input "${name}" must be an array here, but its upstream returned ${JSON.stringify(value)?.slice(0, 80)}.`,
  )
}
