/**
 * The elements of a mapping: how many instances a mapped task or group has, and what each of them gets (semantics §12). Every
 * instance reads the lists anew and takes its own element, so no element ever travels in state data.
 */
import type { JsonValue } from '../../run-model/index.ts'
import type { TaskDefinition } from './ports.ts'
import { listOf, type Reader, resolve } from './resolve-inputs.ts'

export type Mapping = NonNullable<TaskDefinition['mapping']>

export interface Elements {
  readonly length: number
  /** Inputs of the instance, by name. */
  readonly at: (index: number) => Readonly<Record<string, JsonValue>>
}

/** @throws MissingInput, or Error for a list that is none. */
export async function elementsOf(reader: Reader, mapping: Mapping): Promise<Elements> {
  return mapping.kind === 'kwargs' ? kwargs(reader, mapping.over) : crossProduct(reader, mapping.over)
}

/** The first key is the slowest: its element changes last. */
async function crossProduct(
  reader: Reader,
  over: Extract<Mapping, { readonly kind: 'expand' }>['over'],
): Promise<Elements> {
  const lists = await Promise.all(
    Object.entries(over).map(async ([name, input]) => ({
      name,
      list: listOf(name, await resolve(reader, name, input)),
    })),
  )
  return {
    length: lists.reduce((product, { list }) => product * list.length, 1),
    at(index) {
      let rest = index
      const picked = lists.toReversed().map(({ name, list }) => {
        const element = list[rest % list.length] ?? null
        rest = Math.floor(rest / list.length)
        return [name, element] as const
      })
      return Object.fromEntries(picked.toReversed())
    },
  }
}

async function kwargs(reader: Reader, over: Extract<Mapping, { readonly kind: 'kwargs' }>['over']): Promise<Elements> {
  const list = listOf('expandKwargs', await resolve(reader, 'expandKwargs', over))
  return {
    length: list.length,
    at(index) {
      const element = list[index]
      if (isRecord(element)) return element
      throw new Error(
        `Element ${index} of what task "${reader.taskId}" is mapped over is ${JSON.stringify(element)?.slice(0, 80)}; ` +
          'expandKwargs needs objects whose properties are inputs.',
      )
    },
  }
}

const isRecord = (value: JsonValue | undefined): value is Readonly<Record<string, JsonValue>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
