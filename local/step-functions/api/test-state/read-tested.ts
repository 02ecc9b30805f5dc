/** The request of TestState → the one state it tests, in a machine that can be run. */
import { createHash } from 'node:crypto'
import { checkDefinition, renderDiagnostics } from '../../definition/check-definition.ts'
import { innerRegions, type Json, languageOf } from '../../definition/machine.ts'
import { ApiError, optionalText, type Request, requiredText } from '../api-error.ts'

export interface Tested {
  readonly name: string
  readonly state: Json
  readonly language: 'JSONata' | 'JSONPath'
  /** Machine of this state alone. */
  readonly definition: Json
  readonly hash: string
}

/** @throws ApiError `InvalidDefinition`, `ValidationException` */
export function readTested(request: Request): Tested {
  const text = requiredText(request, 'definition')
  const stateName = optionalText(request, 'stateName')
  const given = parse(text)
  if (stateName === null) return alone(nameFor(given), given, languageOf(given, 'JSONPath'))
  refuse(text)
  const found = find(given, stateName, languageOf(given, 'JSONPath'))
  if (!found) throw new ApiError('ValidationException', `The definition has no state named '${stateName}'`)
  return alone(stateName, found.state, found.language)
}

/** Checked as a whole: what its transitions lead to stands in as a state that ends. */
function alone(name: string, state: Json, language: Tested['language']): Tested {
  const definition = wrapped(name, state, language)
  const text = JSON.stringify(definition)
  refuse(text, `/States/${name}`)
  return { name, state, language, definition, hash: createHash('sha256').update(text).digest('hex') }
}

/** A machine of a state that has been checked, or of a part of it. */
export function wrapped(name: string, state: Json, language: Tested['language']): Json {
  const targets = targetsOf(state).filter((target) => target !== name)
  const ends = targets.map((target) => [target, { Type: 'Succeed' }])
  return { QueryLanguage: language, StartAt: name, States: { [name]: state, ...Object.fromEntries(ends) } }
}

function targetsOf(state: Json): string[] {
  const rules = [state.Choices, state.Catch].flatMap((list) => (Array.isArray(list) ? list : []))
  const named = [state.Next, state.Default, ...rules.map((rule) => Object(rule).Next)]
  return named.filter((name): name is string => typeof name === 'string')
}

/** A state given by itself has no name; this one is none of its targets. */
function nameFor(state: Json): string {
  const targets = targetsOf(state)
  let name = 'TestState'
  while (targets.includes(name)) name += '_'
  return name
}

function refuse(definition: string, prefix = ''): void {
  const faults = checkDefinition(definition).filter(({ severity }) => severity === 'ERROR')
  if (faults.length === 0) return
  const shown = faults.map((fault) => ({ ...fault, location: fault.location?.replace(prefix, '') || '/' }))
  throw new ApiError('InvalidDefinition', `Invalid State Machine Definition: '${renderDiagnostics(shown)}'`)
}

function parse(text: string): Json {
  try {
    const json: unknown = JSON.parse(text)
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Json // narrowed by hand
  } catch {
    // answered below
  }
  throw new ApiError('InvalidDefinition', "Invalid State Machine Definition: 'Definition must be a valid JSON object'")
}

/** @param language of the machine: what a state has that names none, however deep it is */
function find(region: Json, name: string, language: Tested['language']): Pick<Tested, 'state' | 'language'> | null {
  for (const [key, state] of Object.entries(region.States as Record<string, Json>)) {
    // checked
    const own = languageOf(state, language)
    if (key === name) return { state, language: own }
    for (const inner of innerRegions(state)) {
      const found = find(inner, name, language)
      if (found) return found
    }
  }
  return null
}
