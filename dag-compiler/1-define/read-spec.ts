/**
 * A spec as an author wrote it → the values of its fields, and a `bad-option` mistake for every key that does not exist
 * or does not fit. A bad option keeps its default, so that the rest of the DAG can still be checked.
 */
import type { Mistake } from './dag-definition.ts'
import { describe, isJsonContainer } from './describe.ts'
import type { Field } from './fields.ts'

export type FieldTable = Readonly<Record<string, Field<unknown>>>

/** What was given, by field. `undefined` counts as not given. */
export type ReadValues<TTable extends FieldTable> = {
  readonly [K in keyof TTable]?: TTable[K] extends Field<infer T> ? T : never
}

export function readSpec<TTable extends FieldTable>(
  table: TTable,
  given: unknown,
  { task, path = '' }: { readonly task?: string; readonly path?: string } = {},
): { readonly values: ReadValues<TTable>; readonly mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = []
  const report = (option: string, value: unknown, expected: string, known: readonly string[]) =>
    mistakes.push({
      kind: 'bad-option',
      ...(task !== undefined && { task }),
      detail: { option, given: describe(value), expected, known },
    })
  const values: [string, unknown][] = []
  if (given !== undefined && (!isJsonContainer(given) || Array.isArray(given))) {
    report(path || 'spec', given, 'an object of options', [])
  } else {
    for (const [key, value] of Object.entries(given ?? {})) {
      const field = Object.hasOwn(table, key) ? table[key] : undefined
      if (value === undefined) continue
      if (!field) report(`${path}${path && '.'}${key}`, value, '', Object.keys(table))
      else {
        const read = field.read(value)
        if (read === undefined) report(`${path}${path && '.'}${key}`, value, field.expected, [])
        else values.push([key, read])
      }
    }
  }
  // The loop above put exactly what each key's own field read under that key.
  return { values: Object.fromEntries(values) as ReadValues<TTable>, mistakes }
}
