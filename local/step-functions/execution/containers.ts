/** Entries of Parallel and Map: children start, end and fail. */
import type { Details, Entry, Own } from './entry.ts'
import { addScope, enter, fail, type StartAt } from './scopes.ts'
import type { ExecutionState, Scope } from './state.ts'

export function startBranches(state: ExecutionState, scope: Scope, entry: Entry, own: Own, startAt: StartAt): void {
  const count = own.branches!
  enter(state, scope, { kind: 'branches', outputs: new Array<string | null>(count).fill(null), open: count })
  for (let index = 0; index < count; index++) {
    const regionPath = `${scope.regionPath}/${scope.current!.name}/${index}`
    addScope(
      state,
      { parent: scope.id, index, regionPath, mapItem: null, lastEventId: entry.id, input: own.input! },
      startAt,
    )
  }
}

export function startMapping(state: ExecutionState, scope: Scope, entry: Entry, own: Own): void {
  const items = own.items ?? []
  enter(state, scope, {
    kind: 'mapping',
    items,
    maxConcurrency: own.maxConcurrency ?? 0,
    outputs: new Array<string | null>(items.length).fill(null),
    started: 0,
    running: 0,
    startAfterEventId: entry.id,
  })
  state.ready.add(scope.id)
}

export function startIteration(
  state: ExecutionState,
  scope: Scope,
  entry: Entry,
  details: Details,
  own: Own,
  startAt: StartAt,
): void {
  const phase = scope.phase
  if (phase.kind !== 'mapping') throw new Error('MapIterationStarted outside a Map; please report')
  phase.started += 1
  phase.running += 1
  state.ready.delete(scope.id)
  const regionPath = `${scope.regionPath}/${scope.current!.name}/0`
  addScope(
    state,
    {
      parent: scope.id,
      index: details.index!,
      regionPath,
      mapItem: own.item!,
      lastEventId: entry.id,
      input: own.input!,
    },
    startAt,
  )
  if (mappingCanGoOn(phase)) state.ready.add(scope.id)
}

export function endIteration(state: ExecutionState, scope: Scope, entry: Entry, details: Details): void {
  const phase = scope.phase
  if (phase.kind !== 'mapping') throw new Error('MapIterationSucceeded outside a Map; please report')
  const child = [...state.scopes.values()].find((one) => one.parent === scope.id && one.index === details.index)
  if (child?.phase.kind !== 'ended') throw new Error('MapIterationSucceeded of an open iteration; please report')
  phase.outputs[child.index] = child.phase.output
  phase.running -= 1
  phase.startAfterEventId = entry.previousId
  state.scopes.delete(child.id)
  state.ready.delete(child.id)
  if (mappingCanGoOn(phase) || phase.running === 0) state.ready.add(scope.id)
}

/** AWS runs at most 40 iterations of an inline Map at a time, whatever MaxConcurrency says; 0 means no limit of its own. */
export function mappingCanGoOn(phase: {
  items: readonly string[]
  started: number
  running: number
  maxConcurrency: number
}): boolean {
  const most = phase.maxConcurrency === 0 ? 40 : Math.min(40, phase.maxConcurrency)
  return phase.started < phase.items.length && phase.running < most
}

export function childFailed(state: ExecutionState, scope: Scope, own: Own): void {
  scope.lastEventId = own.lastEventId ?? scope.lastEventId
  fail(state, scope, own, false)
}
