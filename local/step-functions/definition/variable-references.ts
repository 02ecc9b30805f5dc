/** Which variables each state reads: `variableReferences` of a described machine. Source: recorded answers of DescribeStateMachine. */
import { expressionText } from '../jsonata/template.ts'
import { innerRegions, type Json, languageOf } from './machine.ts'

/** Names in alphabetical order, by state; states that read none are left out. `definition` has passed `checkDefinition`. */
export function variableReferences(definition: Json): Readonly<Record<string, readonly string[]>> {
  const found: [string, readonly string[]][] = []
  collect(definition, languageOf(definition, 'JSONPath'), found)
  return Object.fromEntries(found)
}

type Language = 'JSONata' | 'JSONPath'

function collect(region: Json, language: Language, found: [string, readonly string[]][]): void {
  for (const [name, state] of Object.entries(region.States as Record<string, Json>)) {
    // checked
    const { ItemProcessor: _, Iterator: __, Branches: ___, ...own } = state
    const texts = languageOf(state, language) === 'JSONata' ? expressionsIn(own) : pathsIn(own)
    const names = [...new Set(texts)].sort()
    if (names.length > 0) found.push([name, names])
    for (const inner of innerRegions(state)) collect(inner, language, found)
  }
}

/** What a text calls, binds itself, or gets as a parameter is no variable of the machine. */
function expressionsIn(json: unknown): string[] {
  if (typeof json === 'string') return namesIn(expressionText(json) ?? '')
  if (typeof json !== 'object' || json === null) return []
  return Object.values(json).flatMap(expressionsIn)
}

function namesIn(expression: string): string[] {
  const text = expression.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\/\*[\s\S]*?\*\//g, '""')
  const bound = [...text.matchAll(/\$(\w+)\s*:=/g)].map(([, name]) => name!)
  const parameters = [...text.matchAll(/(?:function|λ)\s*\(([^)]*)\)/g)].flatMap(([, list]) =>
    [...list!.matchAll(/\$(\w+)/g)].map(([, name]) => name!),
  )
  const own = new Set(['states', ...bound, ...parameters])
  return [...text.matchAll(/\$([A-Za-z_]\w*)(?!\w|\s*\()/g)].map(([, name]) => name!).filter((name) => !own.has(name))
}

/** Paths are under names that end in `.$` or `Path`, and under `Variable`. */
function pathsIn(json: unknown): string[] {
  if (Array.isArray(json)) return json.flatMap(pathsIn)
  if (typeof json !== 'object' || json === null) return []
  return Object.entries(json).flatMap(([key, value]) => {
    if (typeof value !== 'string') return pathsIn(value)
    return /(\.\$|Path|^Variable)$/.test(key) ? variablesIn(value) : []
  })
}

const variablesIn = (path: string) => [...path.matchAll(/(?<![$\w])\$([A-Za-z_]\w*)/g)].map(([, name]) => name!)
