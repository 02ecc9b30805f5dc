/** What a restart makes of calls that were in flight when the previous lifetime ended. */
import { type Machine, stateOf } from './definition/machine.ts'
import type { Stimulus } from './execution/decide.ts'
import type { ExecutionState } from './execution/state.ts'
import { interrupted } from './integrations/error-names.ts'
import { resourceOf } from './states/task.ts'

type Called = Extract<Stimulus, { kind: 'called' }>

/** What became of calls that were in flight when the previous lifetime ended. A gate's call is repeated instead. */
export function interruptions(machine: Machine, state: ExecutionState): Called[] {
  const stimuli: Called[] = []
  for (const scope of state.scopes.values()) {
    const { phase } = scope
    if (phase.kind !== 'task' || phase.submitted) continue
    const resource = resourceOf(stateOf(machine, scope.regionPath, scope.current!.name).json)
    const answered = phase.answered !== null
    if (resource.kind === 'service' && resource.callback && !answered) continue // same token, same call: repeating it is safe
    const outcome = answered ? ({ ok: true, output: '{}' } as const) : interrupted(resource)
    stimuli.push({ kind: 'called', scopeId: scope.id, scheduledEventId: phase.scheduledEventId, outcome })
  }
  return stimuli
}
