/** Map: its items, and for an inline one one region run once per item, at most `MaxConcurrency` (and never more than 40) at a time. */
import { isDistributed, stateOf } from '../definition/machine.ts'
import { mappingCanGoOn } from '../execution/containers.ts'
import { bindingsOf } from '../execution/context.ts'
import { evaluateField, evaluateNumber, queryError, StateFailure, wrongType } from '../execution/evaluate.ts'
import { checkedInput } from '../execution/limits.ts'
import { effectiveInput, fillTemplate, numberField, valueAt } from '../execution/path-fields.ts'
import type { MappingPhase } from '../execution/state.ts'
import { batched } from './item-batcher.ts'
import { readingOf } from './item-reader.ts'
import { startMapRun } from './map-run.ts'
import type { Situation, StateSituation } from './situation.ts'

export async function enterMap(at: StateSituation): Promise<void> {
  const reading = await readingOf(at)
  if (reading !== null) {
    return startMapRun(at, { inputs: [], maxConcurrency: await tolerances(at), reading: JSON.stringify(reading) })
  }
  const items = await itemsOf(at)
  const maxConcurrency = await tolerances(at)
  if (isDistributed(at.state.json)) {
    const inputs = await childInputs(
      at,
      items.map((item) => JSON.stringify(item)),
    )
    return startMapRun(at, { inputs, maxConcurrency })
  }
  at.draft.event(
    at.scope,
    'MapStateStarted',
    { length: items.length },
    { items: items.map((item) => JSON.stringify(item)), maxConcurrency },
  )
}

async function itemsOf(at: StateSituation): Promise<readonly unknown[]> {
  const { machine, execution, scope, state } = at
  const input: unknown = JSON.parse(effectiveInput(at))
  if (state.language === 'JSONPath') {
    const path = state.json.ItemsPath
    const items = path === undefined ? input : valueAt(at, String(path), input)
    if (Array.isArray(items)) return items
    throw new StateFailure('States.Runtime', `Reference path "${String(path ?? '$')}" must point to array.`, null)
  }
  const json = state.json.Items
  if (json === undefined) {
    if (Array.isArray(input)) return input
    throw new StateFailure(queryError, `Map state input must be an array but was: ${JSON.stringify(input)}`, null)
  }
  const items = await evaluateField(machine, state, 'Items', json, bindingsOf(execution, scope))
  if (Array.isArray(items)) return items
  throw wrongType(json, 'Items', 'array', items, 'The Items field must be an array but was: ')
}

/** An inline Map ignores its tolerances but AWS evaluates them: a bad expression fails the state. */
async function tolerances(at: StateSituation): Promise<number> {
  const { machine, execution, scope, state } = at
  if (state.language === 'JSONPath') return numberField(at, 'MaxConcurrency', 0) ?? 0
  const bindings = bindingsOf(execution, scope)
  await evaluateNumber(machine, state, 'ToleratedFailurePercentage', bindings, 0)
  await evaluateNumber(machine, state, 'ToleratedFailureCount', bindings, 0)
  return (await evaluateNumber(machine, state, 'MaxConcurrency', bindings, 0)) ?? 0
}

/** Starts as many iterations as may run, or ends the Map when none is left. */
export async function startIterations(situation: Situation): Promise<void> {
  const { machine, scope, draft } = situation
  const phase = scope.phase
  if (phase.kind !== 'mapping') throw new Error('no Map here; please report')
  const state = stateOf(machine, scope.regionPath, scope.current!.name)
  const plan = { ...phase }
  while (mappingCanGoOn(plan)) {
    const index = plan.started
    const item = phase.items[index]!
    const input = checkedInput(await iterationInput({ ...situation, state }, index, item), state.name)
    draft.event(scope, 'MapIterationStarted', { index, name: state.name }, { input, item }, phase.startAfterEventId)
    plan.started += 1
    plan.running += 1
  }
  if (plan.running === 0) finishMap(situation, phase)
}

function finishMap({ scope, draft }: Situation, phase: MappingPhase): void {
  draft.event(scope, 'MapStateSucceeded', undefined, { outcome: { ok: true, output: `[${phase.outputs.join(',')}]` } })
}

/** A child's input per item, or per batch of items. */
export async function childInputs(at: StateSituation, items: readonly string[]): Promise<readonly string[]> {
  const inputs: string[] = []
  for (const [index, item] of items.entries()) inputs.push(await iterationInput(at, index, item))
  const whole = await batched(at, inputs)
  return whole.map((input) => checkedInput(input, at.state.name))
}

async function iterationInput(at: StateSituation, index: number, item: string): Promise<string> {
  const { machine, execution, scope, state } = at
  const selector = state.json.ItemSelector ?? (state.language === 'JSONPath' ? state.json.Parameters : undefined)
  if (selector === undefined) return item
  const extras = { mapItem: { index, value: JSON.parse(item) as unknown } }
  if (state.language === 'JSONPath') {
    return JSON.stringify(fillTemplate(at, selector, JSON.parse(effectiveInput(at)), extras))
  }
  return JSON.stringify(
    await evaluateField(machine, state, 'ItemSelector', selector, bindingsOf(execution, scope, {}, extras)),
  )
}

/** The iteration's region is at its end. */
export function endIteration({ machine, execution, scope, draft }: Situation): void {
  const parent = execution.scopes.get(scope.parent!)!
  const state = stateOf(machine, parent.regionPath, parent.current!.name)
  draft.event(parent, 'MapIterationSucceeded', { index: scope.index, name: state.name }, undefined, scope.lastEventId)
}
