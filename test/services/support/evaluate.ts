/** `{% … %}` in states → values, as Step Functions would: with `$parse`, and refused where AWS would refuse the text. */
import jsonata from 'jsonata'
import parse206 from 'jsonata-206'
import { awsRefusal } from '../../../dag-compiler/jsonata.ts'

export async function evaluateTemplate(template: unknown, states: object): Promise<unknown> {
  if (typeof template === 'string')
    return template.startsWith('{%') ? evaluateText(template.slice(2, -2), states) : template
  if (Array.isArray(template)) return Promise.all(template.map((item) => evaluateTemplate(item, states)))
  if (typeof template !== 'object' || template === null) return template
  const entries: [string, unknown][] = []
  for (const [key, value] of Object.entries(template)) entries.push([key, await evaluateTemplate(value, states)])
  return Object.fromEntries(entries)
}

const known = new Map<string, jsonata.Expression>()

export async function evaluateText(source: string, states: object): Promise<unknown> {
  if (!known.has(source)) known.set(source, parse(source))
  const result: unknown = await known.get(source)?.evaluate(undefined, { states })
  if (result === undefined) throw new Error(`States.QueryEvaluationError: ${source} is undefined`)
  return JSON.parse(JSON.stringify(result))
}

function parse(source: string): jsonata.Expression {
  const refusal = awsRefusal(source)
  if (refusal) throw new Error(`${refusal}: ${source}`)
  parse206(source)
  const expression = jsonata(source)
  expression.registerFunction('parse', (text: unknown) => (typeof text === 'string' ? JSON.parse(text) : undefined))
  return expression
}
