/** `ItemReader`: which call reads the items of a Map Run. The call is made after MapRunStarted is on disk (effects.ts). */
import { bindingsOf } from '../execution/context.ts'
import { evaluateField } from '../execution/evaluate.ts'
import { effectiveInput, fillTemplate, pathOrValue } from '../execution/path-fields.ts'
import type { ReaderConfig } from './item-formats.ts'
import type { StateSituation } from './situation.ts'

/** As JSON text it is `MapRunPlan.reading`. */
export interface Reading {
  readonly action: 'getObject' | 'listObjectsV2'
  readonly arguments: Readonly<Record<string, unknown>>
  readonly config: ReaderConfig
}

interface ItemReader {
  readonly Resource?: unknown
  readonly Arguments?: unknown
  readonly Parameters?: unknown
  readonly ReaderConfig?: Readonly<Record<string, unknown>>
}

/** Null when the state has no reader. */
export async function readingOf(at: StateSituation): Promise<Reading | null> {
  const reader = at.state.json.ItemReader as ItemReader | undefined // checked
  if (!reader) return null
  const action = String(reader.Resource).endsWith(':listObjectsV2') ? 'listObjectsV2' : 'getObject'
  if (at.state.language === 'JSONPath') {
    const input: unknown = JSON.parse(effectiveInput(at))
    const filled = fillTemplate(at, reader.Parameters ?? {}, input) as Reading['arguments'] // a template keeps its shape
    return { action, arguments: filled, config: configByPath(at, reader.ReaderConfig ?? {}) }
  }
  const { machine, execution, scope, state } = at
  const bindings = bindingsOf(execution, scope)
  // Templates keep their shape, and both are objects in a checked definition.
  const field = async (name: 'Arguments' | 'ReaderConfig') =>
    (await evaluateField(machine, state, `ItemReader/${name}`, reader[name] ?? {}, bindings)) as Reading['arguments']
  return { action, arguments: await field('Arguments'), config: await field('ReaderConfig') }
}

function configByPath(
  at: StateSituation,
  { MaxItemsPath, ...config }: Readonly<Record<string, unknown>>,
): ReaderConfig {
  return MaxItemsPath === undefined ? config : { ...config, MaxItems: pathOrValue(at, 'MaxItems', { MaxItemsPath }) }
}
