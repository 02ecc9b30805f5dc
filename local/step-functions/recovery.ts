/** What a restart makes of a log: the state it leads to, and what became of calls that were in flight when it ended. */
import { type Machine, regionOf, stateOf } from './definition/machine.ts'
import { apply, emptyState } from './execution/apply.ts'
import type { Stimulus } from './execution/decide.ts'
import type { Entry } from './execution/entry.ts'
import type { ExecutionState } from './execution/state.ts'
import { interrupted } from './integrations/error-names.ts'
import { resourceOf } from './states/task.ts'

type Called = Extract<Stimulus, { kind: 'called' }>

/** @param machineOf the compiled definition with this hash: the one the execution was started with. */
export function rebuild(entries: readonly Entry[], machineOf: (definitionHash: string) => Machine): ExecutionState {
  const state = emptyState(entries[0]!)
  const machine = machineOf(state.identity.definitionHash)
  for (const entry of entries) apply(state, entry, (path) => regionOf(machine, path).startAt)
  return state
}

/** What became of calls that were in flight when the previous lifetime ended. A gate's call is repeated instead. */
export function interruptions(machine: Machine, state: ExecutionState): Called[] {
  const stimuli: Called[] = []
  for (const scope of state.scopes.values()) {
    const { phase } = scope
    if (phase.kind !== 'task' || phase.submitted) continue
    const resource = resourceOf(stateOf(machine, scope.regionPath, scope.current!.name).json)
    // The name of what it starts follows from the task, so repeating finds the execution that is there.
    if (resource.kind === 'execution') continue
    const answered = phase.answered !== null
    if (resource.kind === 'service' && resource.callback && !answered) continue // same token, same call: repeating it is safe
    const outcome = answered ? ({ ok: true, output: '{}' } as const) : interrupted(resource)
    stimuli.push({ kind: 'called', scopeId: scope.id, scheduledEventId: phase.scheduledEventId, outcome })
  }
  return stimuli
}
