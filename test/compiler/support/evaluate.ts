/** `{% … %}` in JSON → values: what the compiler emits by shape, anything else with the JSONata package. Both are kept. */
import jsonata from 'jsonata'
import { recognise } from '../../../local/step-functions/jsonata/known-shapes.ts'

const parsed = new Map<string, jsonata.Expression>()
const shapes = new Map<string, ReturnType<typeof recognise>>()

export async function evaluate(template: unknown, states: unknown): Promise<unknown> {
  if (typeof template === 'string') return template.startsWith('{%') ? evaluateText(template, states) : template
  if (Array.isArray(template)) return Promise.all(template.map((item) => evaluate(item, states)))
  if (typeof template !== 'object' || template === null) return template
  const entries: [string, unknown][] = []
  for (const [key, value] of Object.entries(template)) entries.push([key, await evaluate(value, states)])
  return Object.fromEntries(entries)
}

async function evaluateText(text: string, states: unknown): Promise<unknown> {
  const source = text.slice(2, -2)
  if (!shapes.has(source)) shapes.set(source, recognise(source))
  // As a caller of the interpreter gives it: an object with `input`, and where there is one `result` and `context`.
  return shapes.get(source)?.(states as Readonly<Record<string, unknown>>) ?? evaluateWithPackage(source, states)
}

/** @param source without `{%` and `%}` */
export async function evaluateWithPackage(source: string, states: unknown): Promise<unknown> {
  const expression = parsed.get(source) ?? jsonata(source)
  parsed.set(source, expression)
  const result: unknown = await expression.evaluate(undefined, { states })
  if (result === undefined) throw new Error(`States.QueryEvaluationError: ${source} is undefined`)
  // Results share structure with the input and have hidden properties; state data is plain JSON.
  return JSON.parse(JSON.stringify(result))
}
