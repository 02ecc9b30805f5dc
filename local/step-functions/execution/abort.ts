/** AWS writes an …Aborted event for each open state that is given up because a sibling failed or somebody stopped the execution. */
import { type Machine, stateOf } from '../definition/machine.ts'
import type { Draft } from './draft.ts'
import { childrenOf, type ExecutionState, type Scope } from './state.ts'

/** States that can be open for longer than a moment; the others have no such event. */
const abortable = new Set(['Task', 'Wait', 'Parallel', 'Map'])

/** Innermost states first; `parent` is in a Parallel or Map, or has no children. `spare` has failed already and is not mentioned. */
export function abortChildren(
  machine: Machine,
  execution: ExecutionState,
  parent: Scope,
  draft: Draft,
  spare: Scope | null,
): void {
  const { name } = parent.current!
  const isMap = stateOf(machine, parent.regionPath, name).type === 'Map'
  for (const child of childrenOf(execution, parent.id)) {
    if (child === spare) continue
    abortScope(machine, execution, child, draft)
    if (isMap) draft.event(parent, 'MapIterationAborted', { index: child.index, name })
  }
}

export function abortScope(machine: Machine, execution: ExecutionState, scope: Scope, draft: Draft): void {
  if (!scope.current) return
  abortChildren(machine, execution, scope, draft, null)
  const { type } = stateOf(machine, scope.regionPath, scope.current.name)
  if (scope.phase.kind === 'mapRun') draft.event(scope, 'MapRunAborted')
  if (abortable.has(type)) draft.event(scope, `${type}StateAborted`)
}
