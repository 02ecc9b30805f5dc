/**
 * `ItemReader`: items of a Map Run from an object in S3. Source: AWS, "ItemReader (Map)": JSON (an array), JSON Lines and CSV.
 */
import { bindingsOf } from '../execution/context.ts'
import { evaluateField } from '../execution/evaluate.ts'
import { effectiveInput, fillTemplate } from '../execution/path-fields.ts'
import { parseCsv } from './csv.ts'
import type { StateSituation } from './situation.ts'

export interface ReaderConfig {
  readonly InputType?: unknown
  readonly MaxItems?: unknown
  readonly CSVHeaderLocation?: unknown
  readonly CSVHeaders?: unknown
  readonly CSVDelimiter?: unknown
}

interface ItemReader {
  readonly Arguments?: unknown
  readonly Parameters?: unknown
  readonly ReaderConfig?: ReaderConfig
}

/** Arguments of the S3 call as JSON text, or null when the state has no reader. */
export async function readerParameters(at: StateSituation): Promise<string | null> {
  const { machine, execution, scope, state } = at
  const reader = state.json.ItemReader as ItemReader | undefined // checked
  if (!reader) return null
  if (state.language === 'JSONPath') {
    return JSON.stringify(fillTemplate(at, reader.Parameters ?? {}, JSON.parse(effectiveInput(at))))
  }
  const bindings = bindingsOf(execution, scope)
  const location = 'ItemReader/Arguments'
  return JSON.stringify(await evaluateField(machine, state, location, reader.Arguments ?? {}, bindings))
}

export async function readerConfig({ machine, execution, scope, state }: StateSituation): Promise<ReaderConfig> {
  const { ReaderConfig = {} } = state.json.ItemReader as ItemReader // the caller looked
  if (state.language === 'JSONPath') return ReaderConfig
  const bindings = bindingsOf(execution, scope)
  // A template keeps its shape.
  return (await evaluateField(machine, state, 'ItemReader/ReaderConfig', ReaderConfig, bindings)) as ReaderConfig
}

/** @returns items as JSON text. @throws Error that says what is wrong with the object */
export function itemsOf(text: string, config: ReaderConfig): readonly string[] {
  const items = allItems(text, config)
  return typeof config.MaxItems === 'number' && config.MaxItems > 0 ? items.slice(0, config.MaxItems) : items
}

function allItems(text: string, config: ReaderConfig): string[] {
  if (config.InputType === 'CSV') return csvItems(text, config)
  if (config.InputType === 'JSONL') {
    const lines = text.split('\n').filter((line) => line.trim() !== '')
    return lines.map((line) => JSON.stringify(JSON.parse(line)))
  }
  const json: unknown = JSON.parse(text)
  if (!Array.isArray(json)) throw new Error('Attempting to map over non-iterable node.')
  return json.map((item) => JSON.stringify(item))
}

const delimiters: Readonly<Record<string, string>> = { COMMA: ',', PIPE: '|', SEMICOLON: ';', SPACE: ' ', TAB: '\t' }

/** Every value is a text; a short row has empty ones, and values beyond the headers are dropped. */
function csvItems(text: string, { CSVDelimiter, CSVHeaderLocation, CSVHeaders }: ReaderConfig): string[] {
  const rows = parseCsv(text, delimiters[String(CSVDelimiter ?? 'COMMA')] ?? ',')
  const given = CSVHeaderLocation === 'GIVEN' && Array.isArray(CSVHeaders) ? CSVHeaders.map(String) : null
  const headers = given ?? rows[0] ?? []
  const values = given ? rows : rows.slice(1)
  return values.map((row) => JSON.stringify(Object.fromEntries(headers.map((name, index) => [name, row[index] ?? '']))))
}
