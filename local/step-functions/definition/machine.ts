/** A checked definition in the form the engine runs: regions of states, each state with its fields compiled on first use. */
import type { Chance } from '../jsonata/expression.ts'
import { compileTemplate, type Template } from '../jsonata/template.ts'

export interface Machine {
  /** Hash of the definition text; executions are pinned to it. */
  readonly hash: string
  readonly timeoutSeconds: number | null
  /** By path: `''` is the machine itself, `Branchy/1` the second branch of Parallel "Branchy". */
  readonly regions: ReadonlyMap<string, Region>
  /** For expressions. */
  readonly chance: Chance
}

/** What has a `StartAt`: the machine, a branch of a Parallel, the processor of a Map. */
export interface Region {
  readonly path: string
  readonly startAt: string
  readonly states: ReadonlyMap<string, State>
}

type StateType = 'Pass' | 'Task' | 'Choice' | 'Wait' | 'Succeed' | 'Fail' | 'Parallel' | 'Map'

export interface State {
  readonly name: string
  readonly type: StateType
  readonly language: 'JSONata' | 'JSONPath'
  readonly json: Readonly<Record<string, unknown>>
  /** Regions this state runs, in branch order. */
  readonly regionPaths: readonly string[]
  readonly templates: Map<string, Template>
}

/** `definition` has passed `checkDefinition`. */
export function buildMachine(definition: Json, hash: string, chance: Chance): Machine {
  const regions = new Map<string, Region>()
  addRegion(regions, '', definition, languageOf(definition, 'JSONPath'))
  const timeout = definition.TimeoutSeconds
  return { hash, timeoutSeconds: typeof timeout === 'number' ? timeout : null, regions, chance }
}

export type Json = Readonly<Record<string, unknown>>

function addRegion(regions: Map<string, Region>, path: string, json: Json, language: State['language']): void {
  const states = new Map<string, State>()
  for (const [name, stateJson] of Object.entries(json.States as Record<string, Json>)) {
    // checked
    const own = languageOf(stateJson, language)
    const inner = innerRegions(stateJson)
    const regionPaths = inner.map((_, index) => `${path}/${name}/${index}`)
    // The machine's language, not that of the Map or Parallel around them: measured on AWS.
    for (const [index, region] of inner.entries()) addRegion(regions, regionPaths[index]!, region, language)
    states.set(name, {
      name,
      type: stateJson.Type as StateType, // checked
      language: own,
      json: stateJson,
      regionPaths,
      templates: new Map(),
    })
  }
  regions.set(path, { path, startAt: json.StartAt as string, states }) // checked
}

export function languageOf(json: Json, inherited: State['language']): State['language'] {
  return json.QueryLanguage === 'JSONata' ? 'JSONata' : json.QueryLanguage === 'JSONPath' ? 'JSONPath' : inherited
}

/** Branches of a Parallel, or the one processor of a Map (`Iterator` is its old name). */
export function innerRegions(state: Json): Json[] {
  const inner = state.Type === 'Parallel' ? state.Branches : (state.ItemProcessor ?? state.Iterator)
  if (state.Type !== 'Parallel' && state.Type !== 'Map') return []
  return (Array.isArray(inner) ? inner : [inner]) as Json[] // checked
}

/** Whether a Map's items are executions of their own. */
export function isDistributed(state: Json): boolean {
  const processor = (state.ItemProcessor ?? state.Iterator) as { ProcessorConfig?: { Mode?: unknown } } | undefined // checked
  return processor?.ProcessorConfig?.Mode === 'DISTRIBUTED'
}

/** Whether those executions are EXPRESS ones, which last five minutes at most and wait for nothing outside. */
export function hasExpressChildren(state: Json): boolean {
  const processor = (state.ItemProcessor ?? state.Iterator) as { ProcessorConfig?: { ExecutionType?: unknown } } // checked
  return processor.ProcessorConfig?.ExecutionType === 'EXPRESS'
}

/** The field compiled once per definition. `location` names it in errors and is the key of the cache. */
export function templateOf(machine: Machine, state: State, location: string, json: unknown): Template {
  const cached = state.templates.get(location)
  if (cached) return cached
  const compiled = compileTemplate(json, location, machine.chance)
  state.templates.set(location, compiled)
  return compiled
}

export function regionOf(machine: Machine, path: string): Region {
  const region = machine.regions.get(path)
  if (!region) throw new Error(`no region "${path}" in the definition; please report`)
  return region
}

export function stateOf(machine: Machine, path: string, name: string): State {
  const state = regionOf(machine, path).states.get(name)
  if (!state) throw new Error(`no state "${name}" in region "${path}"; please report`)
  return state
}
