/**
 * Fields of JSONPath states: `InputPath`, `Parameters`, `ResultSelector`, `ResultPath`, `OutputPath`, `Assign` and the fields whose
 * name ends in `Path`. Source: AWS, "Processing input and output", and recorded failures for the wording of causes.
 */
import { evaluateCall } from '../intrinsic/evaluate-call.ts'
import { IntrinsicError, MissingArgument } from '../intrinsic/intrinsic-function.ts'
import { isCall, parseCall } from '../intrinsic/parse-call.ts'
import { describeMissing } from '../json-path/describe-missing.ts'
import { type PathSources, readPath } from '../json-path/read-path.ts'
import { writePath } from '../json-path/write-path.ts'
import type { StateSituation } from '../states/situation.ts'
import { type ContextExtras, contextObject, visibleVariables } from './context.ts'
import { StateFailure } from './evaluate.ts'
import type { ExecutionState, Scope } from './state.ts'

type Json = Readonly<Record<string, unknown>>

/** The input after `InputPath`, as text: unchanged text when the path is `$`. */
export function effectiveInput(at: StateSituation): string {
  const { input } = at.scope.current!
  const path = at.state.json.InputPath
  if (at.state.language === 'JSONata' || path === undefined || path === '$') return input
  if (path === null) return '{}'
  return JSON.stringify(valueAt(at, String(path), JSON.parse(input)))
}

/** What paths of this state see; context and variables are made when a path asks for them. */
export function pathSources(at: StateSituation, input: unknown, extras: ContextExtras = {}): PathSources {
  const made: { context?: unknown; variables?: Json } = {}
  return {
    input,
    get context() {
      made.context ??= contextObject(at.execution, at.scope, extras)
      return made.context
    },
    get variables() {
      made.variables ??= variableValues(at.execution, at.scope)
      return made.variables
    },
  }
}

/** `Parameters`, `ItemSelector`, `ResultSelector`: members named `….$` hold a path or an intrinsic function. */
export function fillTemplate(
  at: StateSituation,
  template: unknown,
  input: unknown,
  extras: ContextExtras = {},
): unknown {
  return fill(at, template, pathSources(at, input, extras))
}

function fill(at: StateSituation, template: unknown, sources: PathSources): unknown {
  if (Array.isArray(template)) return template.map((item) => fill(at, item, sources))
  if (typeof template !== 'object' || template === null) return template
  const members = Object.entries(template).map(([key, value]) =>
    key.endsWith('.$')
      ? [key.slice(0, -2), memberValue(at, key, String(value), sources)]
      : [key, fill(at, value, sources)],
  )
  return Object.fromEntries(members)
}

function memberValue(at: StateSituation, field: string, text: string, sources: PathSources): unknown {
  if (isCall(text)) return callValue(at, text, sources)
  const value = readPath(text, sources)
  if (value !== undefined) return value
  const input = JSON.stringify(sources.input)
  const cause = `The JSONPath '${text}' specified for the field '${field}' could not be found in the input '${input}'`
  throw new StateFailure('States.Runtime', cause, null)
}

function callValue({ surroundings }: StateSituation, text: string, sources: PathSources): unknown {
  try {
    return evaluateCall(parseCall(text), sources, surroundings.random)
  } catch (error) {
    const isMissing = error instanceof MissingArgument
    if (!isMissing && !(error instanceof IntrinsicError)) throw error
    const cause = `The function '${text}' had the following error: ${error.message}`
    throw new StateFailure(isMissing ? 'States.Runtime' : 'States.IntrinsicFailure', cause, null)
  }
}

/** The value of a field like `SecondsPath`. Throws `StateFailure` when the path leads nowhere. */
export function valueAt(at: StateSituation, text: string, input: unknown): unknown {
  const sources = pathSources(at, input)
  if (isCall(text)) return callValue(at, text, sources)
  const value = readPath(text, sources)
  if (value !== undefined) return value
  throw new StateFailure('States.Runtime', `Invalid path '${text}' : ${describeMissing(text, sources)}`, null)
}

/** `<field>Path` when the state has it, else the literal `<field>`; undefined when it has neither. */
export function pathOrValue(at: StateSituation, field: string, json: Json = at.state.json): unknown {
  const path = json[`${field}Path`]
  return typeof path === 'string' ? valueAt(at, path, JSON.parse(effectiveInput(at))) : json[field]
}

/** A number of a JSONPath state, literal or by path; null when the state does not say. */
export function numberField(at: StateSituation, field: string, least: number): number | null {
  const value = pathOrValue(at, field)
  if (value === undefined) return null
  if (typeof value === 'number' && Number.isInteger(value) && value >= least) return value
  const name = at.state.json[field] === undefined ? `${field}Path` : field
  const cause = `The ${name} parameter does not reference a valid integer of at least ${least}: ${JSON.stringify(value)}`
  throw new StateFailure('States.Runtime', cause, null)
}

/** Variables in sight, by name. */
function variableValues(execution: ExecutionState, scope: Scope): Json {
  const entries = Object.entries(visibleVariables(execution, scope))
  return Object.fromEntries(entries.map(([name, text]) => [name, JSON.parse(text)]))
}

/** `$` is the state's result, or its effective input when it has none. */
export function assignFromPath(at: StateSituation, json: Json, result: unknown): Record<string, string> | null {
  if (json.Assign === undefined) return null
  const root = result === undefined ? JSON.parse(effectiveInput(at)) : result
  const filled = fillTemplate(at, json.Assign, root) as object // Assign is an object in every checked definition
  return Object.fromEntries(Object.entries(filled).map(([name, value]) => [name, JSON.stringify(value)]))
}

/** `ResultPath` puts the result into the raw input, `OutputPath` takes the output from there. */
export function outputFromPath(at: StateSituation, json: Json, result: string): string {
  const output = withResult(at, json.ResultPath, result)
  const outputPath = json.OutputPath
  if (outputPath === null) return '{}'
  if (outputPath === undefined || outputPath === '$') return output
  return JSON.stringify(valueAt(at, String(outputPath), JSON.parse(output)))
}

function withResult({ scope }: StateSituation, path: unknown, result: string): string {
  const { input } = scope.current!
  if (path === null) return input
  if (path === undefined || path === '$') return result
  const combined = writePath(String(path), JSON.parse(input), JSON.parse(result))
  if (combined !== undefined) return JSON.stringify(combined)
  const cause = `Unable to apply Reference Path ${String(path)} to input ${input}`
  throw new StateFailure('States.ResultPathMatchFailure', cause, null)
}
