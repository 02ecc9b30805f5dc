/**
 * Turns the text between `{%` and `%}` into a function of its bindings. Invariant: an expression never stops the process
 * (time, depth and sequence length are limited) and its result is plain JSON or an `EvaluationError`.
 */
import jsonata from 'jsonata'
import { registerAwsFunctions } from './aws-functions.ts'
import { boundedRegex } from './bounded-regex.ts'
import { recognise } from './known-shapes.ts'
import { readPlainPath } from './plain-path.ts'

/** `states` is `$states`; every other key is a variable. */
export type Bindings = Readonly<Record<string, unknown>> & { readonly states: unknown }

export interface Expression {
  readonly text: string
  /** Plain JSON, or undefined when the expression returns nothing. Throws `EvaluationError`. */
  evaluate(bindings: Bindings): unknown | Promise<unknown>
}

/** `reason` completes AWS's sentence "The JSONata expression '…' specified for the field '…' …". */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError'
}

/** AWS documents no numbers; these stop a runaway expression long before a person would. */
const limits = {
  timeout: 500,
  stack: 300,
  sequence: 100_000,
  // The package's own error for an expression that runs too long.
  RegexEngine: boundedRegex(500, () => ({ code: 'D1012', message: 'Expression evaluation timeout' })),
}

/** Characters of a result: far above any payload, far below what a text may hold. */
const mostCharacters = 8_000_000

/** Where `$random`, `$now` and `$millis` come from. */
export interface Chance {
  readonly random: () => number
  readonly now: () => number
}

/** Throws JSONata's own error when the text does not parse. */
export function compileExpression(text: string, chance: Chance): Expression {
  const shape = readPlainPath(text) ?? readKnownShape(text)
  if (!shape) return { text, evaluate: withLibrary(text, chance) }
  let library: ReturnType<typeof withLibrary> | null = null
  return {
    text,
    // Most expressions a compiler emits are of a few shapes; the library spends 20 times as long on them (decisions 0022, 0150).
    evaluate: (bindings) => {
      const found = shape(bindings)
      if (found !== undefined) return found
      library ??= withLibrary(text, chance)
      return library(bindings)
    },
  }
}

function withLibrary(text: string, { random, now }: Chance): (bindings: Bindings) => Promise<unknown> {
  const compiled = jsonata(text, limits)
  const started = { atMs: 0 }
  registerAwsFunctions(compiled, random, () => started.atMs)
  return async (bindings) => {
    started.atMs = now()
    let result: unknown
    try {
      result = await compiled.evaluate(undefined, bindings)
    } catch (error) {
      throw new EvaluationError(`threw an error during evaluation. ${describe(error)}`)
    }
    return asJson(result)
  }
}

/** A result that is nested too deeply, or too long, to become a payload. */
function asJson(result: unknown): unknown {
  try {
    return toJson(result, { characters: 0 })
  } catch (error) {
    if (error instanceof EvaluationError) throw error
    throw tooLarge() // the stack is at its end
  }
}

/** AWS's words (recorded). */
const tooLarge = () =>
  new EvaluationError('threw an error during evaluation. Expression evaluation memory limit exceeded')

function readKnownShape(text: string): ((bindings: Bindings) => unknown) | null {
  const shape = recognise(text)
  // `$states` is always an object of the engine's own.
  return shape && (({ states }) => shape(states as Readonly<Record<string, unknown>>))
}

function describe(error: unknown): string {
  // The library throws plain objects with `code` and `message`; a native function of ours throws an Error.
  const { code, message } = error as { code?: string; message?: string }
  return code ? `${code}: ${message ?? 'no message'}` : (message ?? String(error))
}

/** The library's results hold prototype-less objects, hidden array properties and functions; AWS's are JSON. */
function toJson(value: unknown, seen: { characters: number }): unknown {
  if (value === undefined || value === null) return value
  if (typeof value === 'function') throw unsupported()
  seen.characters += typeof value === 'string' ? value.length : 1
  if (seen.characters > mostCharacters) throw tooLarge()
  if (typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((item) => toJson(item, seen) ?? null)
  if (isLibraryFunction(value)) throw unsupported()
  const result: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) {
    const json = toJson(item, seen)
    if (json !== undefined) define(result, key, json)
  }
  return result
}

const unsupported = () => new EvaluationError('returned an unsupported result type.')

/** Plain assignment to `__proto__` would set the prototype instead of a member. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true })
  else target[key] = value
}

function isLibraryFunction(value: object): boolean {
  return (
    ('_jsonata_lambda' in value && value._jsonata_lambda === true) ||
    ('_jsonata_function' in value && value._jsonata_function === true)
  )
}
