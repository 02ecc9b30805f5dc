/** Where the transitions of a region lead. Order and words: measured on AWS. */
import { isObject, type Report } from './check-definition.ts'
import type { Json } from './machine.ts'

/** Every target is a state of the same region. AWS calls each a missing `Next`, whatever field names it. */
export function checkTargets(region: Json, location: string, report: Report): void {
  const states = isObject(region.States) ? region.States : {}
  const { StartAt } = region
  if (typeof StartAt === 'string' && !Object.hasOwn(states, StartAt))
    report('MISSING_TRANSITION_TARGET', `Missing 'StartAt' target: ${StartAt}`, `${location}/StartAt`)
  for (const [name, state] of Object.entries(states)) {
    for (const [at, target] of isObject(state) ? targetsOf(state) : []) {
      if (!Object.hasOwn(states, target))
        report('MISSING_TRANSITION_TARGET', `Missing 'Next' target: ${target}`, `${location}/States/${name}/${at}`)
    }
  }
}

/** A machine must be able to end; only then does AWS look for states that nothing leads to. */
export function checkGraph(definition: Json, location: string, report: Report): void {
  const states = Object.values(definition.States as Json).filter(isObject) // the caller looked
  if (states.length > 0 && !states.some(isTerminal)) {
    report('MISSING_END_STATE', 'Workflow has no terminal state', null)
    return
  }
  checkReachable(definition, location, report)
}

const isTerminal = (state: Json) => state.End === true || state.Type === 'Succeed' || state.Type === 'Fail'

function checkReachable(region: Json, location: string, report: Report): void {
  const { States: states, StartAt } = region
  if (!isObject(states)) return
  const reached = typeof StartAt === 'string' ? reachedFrom(states, StartAt) : null
  for (const [name, state] of Object.entries(states)) {
    if (reached && !reached.has(name) && Object.hasOwn(states, String(StartAt)))
      report('MISSING_TRANSITION_TARGET', `State "${name}" is not reachable.`, `${location}/States/${name}`)
    if (isObject(state))
      for (const [at, inner] of regionsOf(state)) checkReachable(inner, `${location}/States/${name}/${at}`, report)
  }
}

function reachedFrom(states: Json, startAt: string): ReadonlySet<string> {
  const reached = new Set<string>()
  const open = [startAt]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const state = Object.hasOwn(states, name) ? states[name] : undefined
    if (reached.has(name) || !isObject(state)) continue
    reached.add(name)
    open.push(...targetsOf(state).map(([, target]) => target))
  }
  return reached
}

/** Field and target of every transition. */
function targetsOf(state: Json): [string, string][] {
  const rules = ['Choices', 'Catch'].flatMap((field) => {
    const list = state[field]
    return Array.isArray(list) ? list.map((rule, index) => [`${field}[${index}]/Next`, Object(rule).Next]) : []
  })
  const all = [['Next', state.Next], ...rules, ['Default', state.Default]]
  return all.filter((pair): pair is [string, string] => typeof pair[1] === 'string')
}

function regionsOf(state: Json): [string, Json][] {
  const branches = state.Type === 'Parallel' && Array.isArray(state.Branches) ? state.Branches : []
  const processor = state.Type === 'Map' ? (['ItemProcessor', 'Iterator'] as const) : []
  const all: [string, unknown][] = [
    ...branches.map((branch: unknown, index): [string, unknown] => [`Branches[${index}]`, branch]),
    ...processor.map((field): [string, unknown] => [field, state[field]]),
  ]
  return all.filter((pair): pair is [string, Json] => isObject(pair[1]))
}
