/** Says what is wrong with a definition, all of it, in the codes, words and places of AWS. Invariant: without an ERROR it can run here. */
import { checkExpress } from './check-express.ts'
import { checkFields, checkOneOf, checkRequired, checkType } from './check-fields.ts'
import { checkGraph, checkTargets } from './check-graph.ts'
import { checkNumber } from './check-numbers.ts'
import { checkState } from './check-state.ts'
import { warningsOf } from './check-warnings.ts'
import { innerRegions, type Json, languageOf } from './machine.ts'

export interface Diagnostic {
  readonly severity: 'ERROR' | 'WARNING'
  /** AWS's code, e.g. `MISSING_TRANSITION_TARGET`. */
  readonly code: string
  readonly message: string
  /** `/States/<name>/<field>`; absent where AWS names no place. */
  readonly location?: string
}

export type Report = (code: string, message: string, location: string | null) => void

/** What every check of a region needs to know of the machine around it. */
interface Around {
  readonly report: Report
  /** A state without a QueryLanguage has this one, however deep it is: not that of the Map or Parallel around it. */
  readonly language: 'JSONata' | 'JSONPath'
  readonly names: Set<string>
  readonly labels: Set<string>
}

/** AWS: the definition is limited to 1,048,576 bytes. */
const maxDefinitionBytes = 1_048_576

/** @param type of the machine: an EXPRESS one cannot wait for anything. @default STANDARD */
export function checkDefinition(text: string, type: 'STANDARD' | 'EXPRESS' = 'STANDARD'): Diagnostic[] {
  const found: Diagnostic[] = []
  const report: Report = (code, message, location) =>
    void found.push({ severity: 'ERROR', code, message, ...(location === null ? {} : { location }) })
  if (Buffer.byteLength(text) > maxDefinitionBytes)
    report('DEFINITION_TOO_LARGE', `the definition has more than ${maxDefinitionBytes} bytes`, null)
  const definition = parse(text, report)
  if (!definition) return found
  checkFields(definition, machineFields, '/', report)
  checkLanguage(definition, 'JSONPath', '', report)
  checkOneOf(definition.Version, ['1.0'], '/Version', report)
  checkNumber(definition, 'TimeoutSeconds', { min: 0, max: 99_999_999 }, '', report)
  const language = languageOf(definition, 'JSONPath')
  checkRegion(definition, '', { report, language, names: new Set(), labels: new Set() })
  if (isObject(definition.States)) checkGraph(definition, '', report)
  if (type === 'EXPRESS') checkExpress(definition, '', report)
  return [...found, ...warningsOf(definition)]
}

/** One line for all, as CreateStateMachine's InvalidDefinition has it. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map(({ code, message, location = 'null' }) => `${code}: ${message} at ${location}`).join(', ')
}

const machineFields = ['Comment', 'QueryLanguage', 'StartAt', 'States', 'TimeoutSeconds', 'Version']
const branchFields = ['Comment', 'StartAt', 'States']

function parse(text: string, report: Report): Json | null {
  try {
    const json: unknown = text.trim() === '' ? null : JSON.parse(text)
    if (isObject(json)) return json
    report('SCHEMA_VALIDATION_FAILED', 'Definition must be a valid JSON object', null)
  } catch (error) {
    report('INVALID_JSON_DESCRIPTION', error instanceof Error ? error.message : String(error), null)
  }
  return null
}

/** @returns whether the language may be used here */
function checkLanguage(json: Json, machine: 'JSONata' | 'JSONPath', location: string, report: Report): boolean {
  const own = json.QueryLanguage
  checkOneOf(own, ['JSONPath', 'JSONata'], `${location}/QueryLanguage`, report)
  if (machine !== 'JSONata' || own !== 'JSONPath') return true
  const message = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine"
  report('SCHEMA_VALIDATION_FAILED', message, location)
  return false
}

function checkRegion(region: Json, location: string, around: Around): void {
  const { report } = around
  checkRequired(region, ['States', 'StartAt'], location || '/', report)
  const { States } = region
  checkType(region, 'StartAt', 'string', location, report)
  if (States === undefined) return
  if (!isObject(States)) {
    report('SCHEMA_VALIDATION_FAILED', 'Expected value of type [OBJECT]', `${location}/States`)
    return
  }
  if (Object.keys(States).length === 0)
    report('SCHEMA_VALIDATION_FAILED', 'Value cannot be empty', `${location}/States`)
  for (const [name, state] of Object.entries(States)) checkNamed(name, state, `${location}/States/${name}`, around)
  checkTargets(region, location, report)
}

function checkNamed(name: string, state: unknown, at: string, around: Around): void {
  const { report, language, names } = around
  if (name.length > 80 || name === '')
    report('INVALID_STATE_NAME', 'The name of a state must have 1 to 80 characters', at)
  if (names.has(name)) report('DUPLICATE_STATE_NAME', `Duplicate State name: ${name}`, at)
  names.add(name)
  if (!isObject(state)) {
    report('SCHEMA_VALIDATION_FAILED', 'Expected value of type [OBJECT]', at)
    return
  }
  // In a language that is refused, nothing else of its fields' languages is looked at.
  const own = checkLanguage(state, language, at, report) ? languageOf(state, language) : null
  checkState(state, own, at, report)
  checkLabel(state.Label, at, around)
  checkInner(state, at, around)
}

/** AWS: it names the children's machine, with at most 40 characters. */
function checkLabel(label: unknown, at: string, { report, labels }: Around): void {
  if (typeof label !== 'string') return
  if (!/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,40}$/u.test(label))
    report('INVALID_LABEL_NAME', `Invalid label name: ${label}`, `${at}/Label`)
  if (labels.has(label)) report('DUPLICATE_LABEL_NAME', `Duplicate label name: ${label}`, `${at}/Label`)
  labels.add(label)
}

function checkInner(state: Json, location: string, around: Around): void {
  const processor = state.ItemProcessor === undefined ? 'Iterator' : 'ItemProcessor'
  for (const [index, inner] of innerRegions(state).entries()) {
    const isBranch = state.Type === 'Parallel'
    const at = `${location}/${isBranch ? `Branches[${index}]` : processor}`
    if (inner === undefined) continue
    if (!isObject(inner)) {
      around.report('SCHEMA_VALIDATION_FAILED', 'Expected value of type [OBJECT]', at)
      continue
    }
    checkFields(inner, isBranch ? branchFields : [...branchFields, 'ProcessorConfig'], at, around.report)
    checkRegion(inner, at, around)
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
