/** What AWS only warns of: JSONPath states that probably mean something else than they say. */
import { type Diagnostic, isObject } from './check-definition.ts'
import { innerRegions, type Json, languageOf } from './machine.ts'

export function warningsOf(definition: Json): Diagnostic[] {
  return inRegion(definition, '', languageOf(definition, 'JSONPath'))
}

function inRegion(region: Json, location: string, language: 'JSONata' | 'JSONPath'): Diagnostic[] {
  if (!isObject(region) || !isObject(region.States)) return []
  return Object.entries(region.States).flatMap(([name, state]) => {
    if (!isObject(state)) return []
    const at = `${location}/States/${name}`
    const own = languageOf(state, language) === 'JSONPath' ? inState(state, at) : []
    const inner = innerRegions(state).flatMap((one, index) =>
      inRegion(one, `${at}/${state.Type === 'Parallel' ? `Branches[${index}]` : 'ItemProcessor'}`, language),
    )
    return [...own, ...inner]
  })
}

function inState(state: Json, at: string): Diagnostic[] {
  const templates = ['Parameters', 'ResultSelector', 'ItemSelector'].flatMap((field) =>
    withoutDollar(state[field], `${at}/${field}`),
  )
  const isStatic = state.Type === 'Pass' && hasPath(state.Result)
  const message = 'The Result of a Pass state is taken as it is: a field that ends in .$ is not a path there'
  return isStatic ? [...templates, warning('PASS_RESULT_IS_STATIC', message, `${at}/Result`)] : templates
}

/** A text that begins like a path, under a name that does not end in `.$`. */
function withoutDollar(json: unknown, at: string): Diagnostic[] {
  if (Array.isArray(json)) return json.flatMap((item, index) => withoutDollar(item, `${at}[${index}]`))
  if (!isObject(json)) return []
  return Object.entries(json).flatMap(([name, value]) => {
    if (typeof value !== 'string' || name.endsWith('.$')) return withoutDollar(value, `${at}/${name}`)
    const looksLikePath = /^\$(\$|\.|\[|$)/.test(value) || /^States\.[A-Z]\w+\(/.test(value)
    const message = `The value of field '${name}' looks like a JSONPath or an intrinsic function, but the name does not end with .$`
    return looksLikePath ? [warning('NO_DOLLAR', message, `${at}/${name}`)] : []
  })
}

function hasPath(json: unknown): boolean {
  if (Array.isArray(json)) return json.some(hasPath)
  if (!isObject(json)) return false
  return Object.entries(json).some(([name, value]) => name.endsWith('.$') || hasPath(value))
}

const warning = (code: string, message: string, location: string): Diagnostic => ({
  severity: 'WARNING',
  code,
  message,
  location,
})
