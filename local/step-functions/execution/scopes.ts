/** Moves one scope to another phase, adds and removes scopes. Invariant: `ready` holds exactly the scopes that can go on. */
import type { ExecutionState, Phase, Scope } from './state.ts'

/** The first state of a region: the only thing a log does not repeat from its definition. */
export type StartAt = (regionPath: string) => string

export function enter(state: ExecutionState, scope: Scope, phase: Phase): void {
  scope.phase = phase
  if (phase.kind !== 'failed') scope.lost = null
  if (readyPhases.has(phase.kind)) state.ready.add(scope.id)
  else state.ready.delete(scope.id)
}

/** Phases in which a scope can go on by itself. */
const readyPhases = new Set<Phase['kind']>(['next', 'entered', 'result', 'failed'])

interface Failure {
  readonly error?: string | undefined
  readonly cause?: string | undefined
  readonly interrupted?: boolean | undefined
}

export function fail(state: ExecutionState, scope: Scope, failure: Failure, byTask: boolean): void {
  const { error = null, cause = null, interrupted = false } = failure
  const scopes = removeDescendants(state, scope.id)
  if (scopes.length > 0 || scope.phase.kind === 'mapRun') scope.lost = { phase: scope.phase, scopes }
  enter(state, scope, { kind: 'failed', error, cause, byTask, interrupted })
}

interface NewScope {
  readonly parent: number | null
  readonly index: number
  readonly regionPath: string
  readonly mapItem: string | null
  readonly lastEventId: number
  readonly input: string
}

export function addScope(state: ExecutionState, from: NewScope, startAt: StartAt): void {
  const scope: Scope = {
    id: state.nextScopeId++,
    parent: from.parent,
    index: from.index,
    regionPath: from.regionPath,
    mapItem: from.mapItem,
    variables: {},
    lastEventId: from.lastEventId,
    current: null,
    lost: null,
    phase: { kind: 'next', state: startAt(from.regionPath), input: from.input },
  }
  state.scopes.set(scope.id, scope)
  state.ready.add(scope.id)
}

/** @returns what was removed */
function removeDescendants(state: ExecutionState, parent: number): Scope[] {
  const removed: Scope[] = []
  for (const scope of [...state.scopes.values()]) {
    if (scope.parent !== parent) continue
    removed.push(scope, ...removeDescendants(state, scope.id))
    state.scopes.delete(scope.id)
    state.ready.delete(scope.id)
  }
  return removed
}
