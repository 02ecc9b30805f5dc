/** The items in the text of an object: a JSON array, JSON Lines or CSV. Source: AWS, "ItemReader (Map)". */
import { parseCsv } from './csv.ts'

export interface ReaderConfig {
  readonly InputType?: unknown
  readonly MaxItems?: unknown
  /** JSON Pointer to the array inside a JSON object. */
  readonly ItemsPointer?: unknown
  readonly CSVHeaderLocation?: unknown
  readonly CSVHeaders?: unknown
  readonly CSVDelimiter?: unknown
}

/** Throws an Error that says what is wrong with the object. */
export function itemsOf(text: string, config: ReaderConfig): readonly unknown[] {
  return atMost(allItems(text, config), config)
}

export function atMost(items: readonly unknown[], { MaxItems }: ReaderConfig): readonly unknown[] {
  return typeof MaxItems === 'number' && MaxItems > 0 ? items.slice(0, MaxItems) : items
}

function allItems(text: string, config: ReaderConfig): readonly unknown[] {
  if (config.InputType === 'CSV') return csvItems(text, config)
  if (config.InputType === 'JSONL') {
    const lines = text.split('\n').filter((line) => line.trim() !== '')
    return lines.map((line): unknown => JSON.parse(line))
  }
  const json: unknown = pointedAt(JSON.parse(text), config.ItemsPointer)
  if (!Array.isArray(json)) throw new Error('Attempting to map over non-iterable node.')
  return json
}

/** RFC 6901; undefined when the pointer leads nowhere. */
function pointedAt(json: unknown, pointer: unknown): unknown {
  if (typeof pointer !== 'string' || pointer === '') return json
  const names = pointer.split('/').slice(1)
  return names.reduce((value, name) => {
    const key = name.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    return (value as Readonly<Record<string, unknown>>)[key] // an object with that member, by the line above
  }, json)
}

const delimiters: Readonly<Record<string, string>> = { COMMA: ',', PIPE: '|', SEMICOLON: ';', SPACE: ' ', TAB: '\t' }

/** Every value is a text; a short row has empty ones, and values beyond the headers are dropped. */
function csvItems(text: string, { CSVDelimiter, CSVHeaderLocation, CSVHeaders }: ReaderConfig): readonly unknown[] {
  const rows = parseCsv(text, delimiters[String(CSVDelimiter ?? 'COMMA')] ?? ',')
  const given = CSVHeaderLocation === 'GIVEN' && Array.isArray(CSVHeaders) ? CSVHeaders.map(String) : null
  const headers = given ?? rows[0] ?? []
  const values = given ? rows : rows.slice(1)
  return values.map((row) => Object.fromEntries(headers.map((name, index) => [name, row[index] ?? ''])))
}
