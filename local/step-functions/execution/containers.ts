/** Entries of Parallel and Map: children start, end and fail. */
import type { Change } from './change.ts'
import type { Own } from './entry.ts'
import { addScope, enter, fail } from './scopes.ts'
import type { ExecutionState, Scope } from './state.ts'

export function startBranches({ state, scope, entry, startAt }: Change): void {
  const own = entry.own!
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

/** A Distributed Map keeps its items in MapRunStarted, which follows. */
export function startMapping({ state, scope, entry }: Change): void {
  const { items, maxConcurrency } = entry.own ?? {}
  if (!items) return
  enter(state, scope, {
    kind: 'mapping',
    items,
    maxConcurrency: maxConcurrency ?? 0,
    outputs: new Array<string | null>(items.length).fill(null),
    started: 0,
    running: 0,
    startAfterEventId: entry.id,
  })
  state.ready.add(scope.id)
}

export function startIteration({ state, scope, entry, startAt }: Change): void {
  const phase = scope.phase
  if (phase.kind !== 'mapping') throw new Error('MapIterationStarted outside a Map; please report')
  const own = entry.own!
  phase.started += 1
  phase.running += 1
  state.ready.delete(scope.id)
  const regionPath = `${scope.regionPath}/${scope.current!.name}/0`
  addScope(
    state,
    {
      parent: scope.id,
      index: entry.details!.index!,
      regionPath,
      mapItem: own.item!,
      lastEventId: entry.id,
      input: own.input!,
    },
    startAt,
  )
  if (mappingCanGoOn(phase)) state.ready.add(scope.id)
}

export function endIteration({ state, scope, entry }: Change): void {
  const phase = scope.phase
  if (phase.kind !== 'mapping') throw new Error('MapIterationSucceeded outside a Map; please report')
  const child = [...state.scopes.values()].find((one) => one.parent === scope.id && one.index === entry.details!.index)
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
