/** Says what is wrong with a definition, all of it, in the codes and places AWS uses. Invariant: an empty list means it can run here. */
import { checkExpress } from './check-express.ts'
import { checkFields } from './check-fields.ts'
import { checkState } from './check-state.ts'
import { innerRegions, type Json, languageOf } from './machine.ts'

export interface Diagnostic {
  readonly severity: 'ERROR' | 'WARNING'
  /** AWS's code, e.g. `MISSING_TRANSITION_TARGET`. */
  readonly code: string
  readonly message: string
  /** `/States/<name>/<field>`. */
  readonly location: string
}

export type Report = (code: string, message: string, location: string) => void

/** AWS: the definition is limited to 1,048,576 bytes. */
const maxDefinitionBytes = 1_048_576

/** @param type of the machine: an EXPRESS one cannot wait for anything. @default STANDARD */
export function checkDefinition(text: string, type: 'STANDARD' | 'EXPRESS' = 'STANDARD'): Diagnostic[] {
  const found: Diagnostic[] = []
  const report: Report = (code, message, location) => void found.push({ severity: 'ERROR', code, message, location })
  if (Buffer.byteLength(text) > maxDefinitionBytes)
    report('DEFINITION_TOO_LARGE', `the definition has more than ${maxDefinitionBytes} bytes`, '/')
  const definition = parse(text, report)
  if (!definition) return found
  checkFields(definition, machineFields, '', report)
  checkLanguage(definition, 'JSONPath', '', report)
  const timeout = definition.TimeoutSeconds
  if (timeout !== undefined && !(Number.isInteger(timeout) && (timeout as number) > 0)) {
    report('SCHEMA_VALIDATION_FAILED', 'TimeoutSeconds must be a positive whole number', '/TimeoutSeconds')
  }
  checkRegion(definition, languageOf(definition, 'JSONPath'), '', new Set(), report)
  if (type === 'EXPRESS') checkExpress(definition, '', report)
  return found
}

/** One line per diagnostic, as CreateStateMachine's InvalidDefinition says it. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map(({ code, message, location }) => `${code}: ${message} at ${location}`).join(', ')
}

const machineFields = ['Comment', 'QueryLanguage', 'StartAt', 'States', 'TimeoutSeconds', 'Version']
const regionFields = ['Comment', 'QueryLanguage', 'StartAt', 'States', 'ProcessorConfig']

function parse(text: string, report: Report): Json | null {
  try {
    const json: unknown = JSON.parse(text)
    if (isObject(json)) return json
    report('INVALID_JSON_DESCRIPTION', 'the definition is not a JSON object', '/')
  } catch (error) {
    report('INVALID_JSON_DESCRIPTION', error instanceof Error ? error.message : String(error), '/')
  }
  return null
}

function checkLanguage(json: Json, outer: 'JSONata' | 'JSONPath', location: string, report: Report): void {
  const own = json.QueryLanguage
  if (own === undefined) return
  if (own !== 'JSONata' && own !== 'JSONPath') {
    report('SCHEMA_VALIDATION_FAILED', 'QueryLanguage must be JSONata or JSONPath', `${location}/QueryLanguage`)
  } else if (outer === 'JSONata' && own === 'JSONPath') {
    report(
      'SCHEMA_VALIDATION_FAILED',
      "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
      `${location}/QueryLanguage`,
    )
  }
}

function checkRegion(
  region: Json,
  language: 'JSONata' | 'JSONPath',
  location: string,
  names: Set<string>,
  report: Report,
): void {
  const states = region.States
  if (!isObject(states) || Object.keys(states).length === 0) {
    report('SCHEMA_VALIDATION_FAILED', 'the required field States is missing or empty', `${location}/States`)
    return
  }
  const startAt = region.StartAt
  if (typeof startAt !== 'string')
    report('SCHEMA_VALIDATION_FAILED', 'the required field StartAt is missing', location || '/')
  else if (!Object.hasOwn(states, startAt))
    report('MISSING_TRANSITION_TARGET', `Missing 'StartAt' target: ${startAt}`, `${location}/StartAt`)
  for (const [name, state] of Object.entries(states)) {
    const at = `${location}/States/${name}`
    if (name.length > 80) report('SCHEMA_VALIDATION_FAILED', 'a state name has at most 80 characters', at)
    if (names.has(name))
      report('DUPLICATE_STATE_NAME', `State name ${name} is used more than once in the state machine`, at)
    names.add(name)
    if (!isObject(state)) {
      report('SCHEMA_VALIDATION_FAILED', 'a state must be an object', at)
      continue
    }
    checkLanguage(state, language, at, report)
    const own = languageOf(state, language)
    checkState(state, own, at, Object.keys(states), report)
    checkInner(state, own, at, names, report)
  }
  if (typeof startAt === 'string') checkReachable(states, startAt, location, report)
}

function checkInner(
  state: Json,
  language: 'JSONata' | 'JSONPath',
  location: string,
  names: Set<string>,
  report: Report,
): void {
  for (const [index, inner] of innerRegions(state).entries()) {
    const at = `${location}/${state.Type === 'Parallel' ? `Branches[${index}]` : 'ItemProcessor'}`
    if (!isObject(inner)) {
      report('SCHEMA_VALIDATION_FAILED', 'a branch or processor must be an object', at)
      continue
    }
    checkFields(inner, regionFields, at, report)
    checkLanguage(inner, language, at, report)
    checkRegion(inner, languageOf(inner, language), at, names, report)
  }
}

/** AWS refuses a state that no transition leads to. */
function checkReachable(states: Json, startAt: string, location: string, report: Report): void {
  const reached = new Set<string>()
  const open = [startAt]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const state = states[name]
    if (reached.has(name) || !isObject(state)) continue
    reached.add(name)
    open.push(...targetsOf(state))
  }
  for (const name of Object.keys(states)) {
    if (!reached.has(name))
      report('MISSING_TRANSITION_TARGET', `State "${name}" is not reachable.`, `${location}/States/${name}`)
  }
}

function targetsOf(state: Json): string[] {
  const rules = [state.Choices, state.Catch].flatMap((list) => (Array.isArray(list) ? list : []))
  const named = [state.Next, state.Default, ...rules.map((rule) => (isObject(rule) ? rule.Next : undefined))]
  return named.filter((name): name is string => typeof name === 'string')
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
