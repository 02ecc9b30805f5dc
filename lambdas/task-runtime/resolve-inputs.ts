/** Turns the inputs an author named in a DAG file into the values a handler receives: literals, XComs, arrays of them. */
import type { JsonValue, RunRef, RunStore } from '../../run-model/index.ts'
import type { TaskInput } from './ports.ts'

/** Key of what a handler returned. */
export const returnValueKey = 'return_value'

/** An upstream pushed nothing that this task needs. */
class MissingInput extends Error {
  override readonly name = 'MissingInput'
}

interface Reader {
  readonly store: Pick<RunStore, 'getXCom'>
  readonly run: RunRef
  readonly taskId: string
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

async function resolve(reader: Reader, name: string, input: TaskInput): Promise<JsonValue> {
  if ('value' in input) return input.value
  if ('all' in input) return Promise.all(input.all.map((part) => resolve(reader, name, part)))
  const entry = await reader.store.getXCom(reader.run, input.ref, returnValueKey)
  if (entry) return entry.value
  if (input.optional) return null
  throw new MissingInput(
    `Input "${name}" of task "${reader.taskId}" is what task "${input.ref}" returned, but "${input.ref}" has returned ` +
      `nothing in this run so far. Return a value there, or take it with optional(${input.ref}), which passes null.`,
  )
}
