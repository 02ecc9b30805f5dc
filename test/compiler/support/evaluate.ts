/** `{% … %}` in JSON → values, with the JSONata package; parsed expressions are kept. */
import jsonata from 'jsonata'

const parsed = new Map<string, jsonata.Expression>()

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
  const expression = parsed.get(source) ?? jsonata(source)
  parsed.set(source, expression)
  const result: unknown = await expression.evaluate(undefined, { states })
  if (result === undefined) throw new Error(`States.QueryEvaluationError: ${text} is undefined`)
  // Results share structure with the input and have hidden properties; state data is plain JSON.
  return JSON.parse(JSON.stringify(result))
}
