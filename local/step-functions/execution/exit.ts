/** Leaves a state: `Output` and `Assign` from one snapshot, limits, and the …StateExited event. */
import type { StateSituation } from '../states/situation.ts'
import { bindingsOf, type StateData, visibleVariables } from './context.ts'
import { evaluateField, StateFailure } from './evaluate.ts'
import { isOversized, maxPayloadBytes, maxVariableBytes, oversizedCause } from './limits.ts'
import { assignFromPath, outputFromPath } from './path-fields.ts'

export interface Exit {
  /** Output when the state has no `Output` field, as JSON text. */
  readonly defaultOutput: string
  readonly next: string | undefined
  readonly data?: StateData
  /** Where `Output` and `Assign` come from: the state, a catcher or a choice rule. */
  readonly fields?: { readonly json: Readonly<Record<string, unknown>>; readonly prefix: string }
}

/** Throws `StateFailure`. */
export async function exitState(at: StateSituation, exit: Exit): Promise<void> {
  const { machine, execution, scope, state, draft } = at
  const json = exit.fields?.json ?? state.json
  const prefix = exit.fields?.prefix ?? ''
  const bindings = bindingsOf(execution, scope, exit.data)
  let output = exit.defaultOutput
  let assigned: Record<string, string> | null = null
  if (state.language === 'JSONata') {
    if (json.Output !== undefined) {
      output = JSON.stringify(await evaluateField(machine, state, `${prefix}Output`, json.Output, bindings))
    }
    if (json.Assign !== undefined) {
      assigned = texts(await evaluateField(machine, state, `${prefix}Assign`, json.Assign, bindings))
    }
  } else {
    assigned = assignFromPath(at, json, exit.data?.result ?? exit.data?.errorOutput)
    output = outputFromPath(at, json, output)
  }
  if (isOversized(output)) throw new StateFailure('States.DataLimitExceeded', oversizedCause(state.name), null)
  checkAssigned(at, assigned)
  draft.event(
    scope,
    `${state.type}StateExited`,
    {
      ...(assigned && Object.keys(assigned).length > 0 ? { assignedVariables: assigned } : {}),
      name: state.name,
      output,
    },
    exit.next === undefined ? undefined : { next: exit.next },
  )
}

function texts(value: unknown): Record<string, string> {
  // `Assign` is an object in every checked definition, and a template keeps its shape.
  return Object.fromEntries(Object.entries(value as object).map(([name, item]) => [name, JSON.stringify(item)]))
}

function checkAssigned({ execution, scope, state }: StateSituation, assigned: Record<string, string> | null): void {
  if (!assigned) return
  const all = { ...visibleVariables(execution, scope), ...assigned }
  if (bytesOf(assigned) <= maxPayloadBytes && bytesOf(all) <= maxVariableBytes) return
  const cause = `The size of the variables assigned in state '${state.name}' exceeds the service limit.`
  throw new StateFailure('States.DataLimitExceeded', cause, null)
}

function bytesOf(variables: Readonly<Record<string, string>>): number {
  return Object.values(variables).reduce((sum, text) => sum + Buffer.byteLength(text), 0)
}
