/**
 * ExecutionRedriven: every state that was entered and not left goes on, with its retries forgotten; what has succeeded stays.
 * Source: AWS, "Restarting state machine executions with redrive".
 */
import { mappingCanGoOn } from './containers.ts'
import type { Entry } from './entry.ts'
import { enter } from './scopes.ts'
import type { ExecutionState, Scope } from './state.ts'

export function redrive(state: ExecutionState, entry: Entry): void {
  state.status = 'RUNNING'
  state.stoppedAtMs = null
  state.output = null
  state.error = null
  state.cause = null
  state.redriveCount = entry.details!.redriveCount!
  state.redrivenAtMs = entry.atMs
  state.redriveToken = entry.own?.clientToken ?? null
  state.ready.clear()
  for (const scope of [...state.scopes.values()]) revive(state, scope, entry.id)
}

function revive(state: ExecutionState, scope: Scope, afterEventId: number): void {
  const { lost, phase } = scope
  if (phase.kind === 'failed' && lost && lost.phase.kind !== 'mapRun') {
    for (const one of lost.scopes) state.scopes.set(one.id, one)
    enter(state, scope, lost.phase)
    for (const one of lost.scopes) revive(state, one, afterEventId)
    wake(state, scope)
    return
  }
  const run = phase.kind === 'failed' ? lost?.phase : phase
  if (run?.kind === 'mapRun' && run.reading === null) {
    scope.lastEventId = afterEventId
    run.redriving = true
    enter(state, scope, run)
    state.ready.add(scope.id)
    return
  }
  if (repeated.has(phase.kind)) {
    scope.lastEventId = afterEventId
    scope.current!.retries = []
    enter(state, scope, { kind: 'entered' })
    return
  }
  wake(state, scope)
}

/** Work that broke off is begun again: a task gets a new token, a Map Run without items reads them again. */
const repeated = new Set(['failed', 'task', 'waiting', 'backoff', 'mapRun'])

function wake(state: ExecutionState, scope: Scope): void {
  const { phase } = scope
  if (phase.kind === 'branches' && phase.open > 0) return
  if (phase.kind === 'mapping' && phase.running > 0 && !mappingCanGoOn(phase)) return
  state.ready.add(scope.id)
}
