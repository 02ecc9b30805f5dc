/**
 * JSONPath states, as far as they are served: `InputPath`, `Parameters`, `ResultSelector`, `ResultPath`, `OutputPath`, `Assign`
 * and `ItemsPath` with plain paths. `checkDefinition` refuses intrinsic functions and filters, so nothing else arrives here.
 */
import type { State } from '../definition/machine.ts'
import { readPath, writePath } from '../json-path.ts'
import { type ContextExtras, contextObject, visibleVariables } from './context.ts'
import { StateFailure } from './evaluate.ts'
import type { ExecutionState, Scope } from './state.ts'

type Json = Readonly<Record<string, unknown>>

/** The input after `InputPath`, as text: unchanged text when the path is `$`. */
export function effectiveInput(state: State, scope: Scope): string {
  const input = scope.current!.input
  const path = state.json.InputPath
  if (state.language === 'JSONata' || path === undefined || path === '$') return input
  if (path === null) return '{}'
  return JSON.stringify(readOrFail(String(path), JSON.parse(input), {}, {}))
}

/** `Parameters`, `ItemSelector`, `ResultSelector`: members named `….$` hold a path. */
export function fillTemplate(
  execution: ExecutionState,
  scope: Scope,
  template: unknown,
  root: unknown,
  extras: ContextExtras = {},
): unknown {
  const context = contextObject(execution, scope, extras)
  return fill(template, root, context, variableValues(execution, scope))
}

function fill(template: unknown, root: unknown, context: unknown, names: Json): unknown {
  if (Array.isArray(template)) return template.map((item) => fill(item, root, context, names))
  if (typeof template !== 'object' || template === null) return template
  const members = Object.entries(template).map(([key, value]) =>
    key.endsWith('.$')
      ? [key.slice(0, -2), readOrFail(String(value), root, context, names)]
      : [key, fill(value, root, context, names)],
  )
  return Object.fromEntries(members)
}

/** Variables in sight, by name. */
export function variableValues(execution: ExecutionState, scope: Scope): Json {
  const entries = Object.entries(visibleVariables(execution, scope))
  return Object.fromEntries(entries.map(([name, text]) => [name, JSON.parse(text)]))
}

function readOrFail(path: string, root: unknown, context: unknown, names: Json): unknown {
  const value = readPath(path, root, context, names)
  if (value !== undefined) return value
  throw new StateFailure(
    'States.ParameterPathFailure',
    `The JSONPath '${path}' specified could not be found in the input '${JSON.stringify(root)}'`,
    null,
  )
}

export function assignFromPath(
  execution: ExecutionState,
  scope: Scope,
  json: Json,
  result: unknown,
): Record<string, string> | null {
  if (json.Assign === undefined) return null
  const root = result === undefined ? JSON.parse(scope.current!.input) : result
  const filled = fillTemplate(execution, scope, json.Assign, root) as object // Assign is an object in every checked definition
  return Object.fromEntries(Object.entries(filled).map(([name, value]) => [name, JSON.stringify(value)]))
}

/** `ResultPath` puts the result into the input, `OutputPath` takes the output from there. */
export function outputFromPath(state: State, scope: Scope, json: Json, result: string): string {
  const resultPath = json.ResultPath
  let output = result
  if (resultPath === null) output = effectiveInput(state, scope)
  else if (resultPath !== undefined && resultPath !== '$') {
    output = JSON.stringify(writePath(String(resultPath), JSON.parse(effectiveInput(state, scope)), JSON.parse(result)))
  }
  const outputPath = json.OutputPath
  if (outputPath === null) return '{}'
  if (outputPath === undefined || outputPath === '$') return output
  return JSON.stringify(readOrFail(String(outputPath), JSON.parse(output), {}, {}))
}
