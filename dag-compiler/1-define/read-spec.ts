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

export interface ReadSpecOptions {
  readonly task?: string
  /** Where the spec is inside a larger one, e.g. `defaults`. */
  readonly path?: string
  /** Options that exist, but in another place: option → what to write instead. */
  readonly elsewhere?: Readonly<Record<string, string>>
}

export function readSpec<TTable extends FieldTable>(
  table: TTable,
  given: unknown,
  { task, path, elsewhere = {} }: ReadSpecOptions = {},
): { readonly values: ReadValues<TTable>; readonly mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = []
  const report = (detail: Mistake['detail']) =>
    mistakes.push({ kind: 'bad-option', ...(task !== undefined && { task }), detail })
  const values: [string, unknown][] = []
  for (const [key, value] of entriesOf(given, (shown) => report({ option: path ?? 'spec', given: shown, expected }))) {
    const option = path === undefined ? key : `${path}.${key}`
    const field = Object.hasOwn(table, key) ? table[key] : undefined
    const read = field?.read(value)
    if (read !== undefined) values.push([key, read])
    else if (field) report({ option, given: describe(value), expected: field.expected })
    else report({ option, known: Object.keys(table), ...(elsewhere[key] !== undefined && { instead: elsewhere[key] }) })
  }
  // The loop above put exactly what each key's own field read under that key.
  return { values: Object.fromEntries(values) as ReadValues<TTable>, mistakes }
}

const expected = 'an object of options'

function entriesOf(given: unknown, refuse: (shown: string) => void): readonly (readonly [string, unknown])[] {
  if (given === undefined) return []
  if (isJsonContainer(given) && !Array.isArray(given)) {
    return Object.entries(given).filter(([, value]) => value !== undefined)
  }
  refuse(describe(given))
  return []
}
