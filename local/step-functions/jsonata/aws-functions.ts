/** AWS's additions to JSONata and its one removal. Source: "Transforming data with JSONata in Step Functions", functions. */
import { randomUUID } from 'node:crypto'
import jsonata from 'jsonata'
import { hashAlgorithms, hashOf } from '../hash.ts'
import { seededRandom } from '../seeded-random.ts'

/** Times are of one instant during an evaluation: `now` answers it. */
export function registerAwsFunctions(expression: jsonata.Expression, random: () => number, now: () => number): void {
  expression.registerFunction('millis', now, '<:n>')
  expression.registerFunction('now', (picture?: string, zone?: string) => textOf(now(), picture, zone), '<s?s?:s>')
  expression.registerFunction('partition', partition)
  expression.registerFunction('range', range)
  expression.registerFunction('hash', hash)
  expression.registerFunction('uuid', () => randomUUID())
  expression.registerFunction('parse', parse)
  expression.registerFunction('random', (seed: unknown) => (typeof seed === 'number' ? seededRandom(seed) : random()))
  expression.registerFunction('eval', () => {
    throw new Error('$eval is not available in Step Functions; use $parse for JSON')
  })
}

/** The package has the formatting, but not as a function of its own. */
const formatted = jsonata('$fromMillis($atMs, $picture, $zone)')

function textOf(atMs: number, picture: string | undefined, zone: string | undefined): string | Promise<unknown> {
  if (picture === undefined) return new Date(atMs).toISOString()
  return formatted.evaluate(undefined, { atMs, picture, zone })
}

function partition(array: unknown, size: unknown): unknown {
  if (array === undefined) return undefined
  if (!Array.isArray(array)) throw new Error('$partition expects an array as its first argument')
  const length = wholeNumber(size, '$partition', 'chunk size')
  if (length < 1) throw new Error('$partition expects a chunk size of at least 1')
  const chunks: unknown[] = []
  for (let start = 0; start < array.length; start += length) chunks.push(array.slice(start, start + length))
  return chunks
}

/** A sequence, as AWS's: one value comes back bare and none comes back as nothing (recorded: `$range(1, 9, 9)` is 1). */
function range(first: unknown, last: unknown, step: unknown): unknown {
  const from = wholeNumber(first, '$range', 'start')
  const to = wholeNumber(last, '$range', 'end')
  const by = wholeNumber(step, '$range', 'step')
  if (by === 0) throw new Error('$range expects a step other than 0')
  const count = Math.max(0, Math.floor((to - from) / by) + 1)
  if (count > 1000) throw new Error('$range returns at most 1000 values')
  const values = Array.from({ length: count }, (_, index) => from + index * by)
  return Object.defineProperty(values, 'sequence', { value: true, enumerable: false })
}

function hash(content: unknown, algorithm: unknown): unknown {
  if (content === undefined) return undefined
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  const digest = typeof algorithm === 'string' ? hashOf(text, algorithm) : undefined
  if (digest === undefined) throw new Error(`$hash expects one of ${hashAlgorithms.join(', ')} as algorithm`)
  return digest
}

function parse(text: unknown): unknown {
  if (text === undefined) return undefined
  if (typeof text !== 'string') throw new Error('$parse expects a string')
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('$parse expects a JSON string')
  }
}

function wholeNumber(value: unknown, name: string, what: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Error(`${name} expects a number as ${what}`)
  return Math.round(value)
}
