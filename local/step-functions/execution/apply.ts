/** Changes an execution's state by one entry. Invariant: replaying a log gives the state the live engine had. */
import type { Change } from './change.ts'
import { childFailed, endIteration, startBranches, startIteration, startMapping } from './containers.ts'
import type { Details, Entry, Own } from './entry.ts'
import { endItem, endWriting, limitMapRun, redriveMapRun, startMapRun, startWriting, takeItems } from './map-run.ts'
import { redrive } from './redrive.ts'
import { addScope, enter, fail, type StartAt } from './scopes.ts'
import { type ExecutionState, type Scope, type Status, scopeOf, type TaskPhase } from './state.ts'

export function emptyState(started: Entry): ExecutionState {
  const identity = started.own?.execution
  if (started.type !== 'ExecutionStarted' || !identity) throw new Error('the first entry is not ExecutionStarted')
  const state: ExecutionState = {
    identity,
    status: 'RUNNING',
    input: '',
    startedAtMs: started.atMs,
    stoppedAtMs: null,
    output: null,
    error: null,
    cause: null,
    redriveCount: 0,
    redrivenAtMs: null,
    redriveToken: null,
    nextEventId: 1,
    nextScopeId: 0,
    scopes: new Map(),
    ready: new Set(),
  }
  return state
}

/** `startAt` is the first state of a region: the only thing a log does not repeat from its definition. */
export function apply(state: ExecutionState, entry: Entry, startAt: StartAt): void {
  if (entry.id > 0) state.nextEventId = entry.id + 1
  const details = entry.details ?? {}
  if (entry.type === 'ExecutionStarted') {
    state.input = details.input ?? ''
    // AWS gives the first state's event 0, not 1, as its previous event.
    addScope(
      state,
      {
        parent: null,
        index: 0,
        regionPath: state.identity.regionPath ?? '',
        mapItem: null,
        lastEventId: 0,
        input: state.input,
      },
      startAt,
    )
    return
  }
  if (entry.type === 'ExecutionRedriven') {
    redrive(state, entry)
    return
  }
  const final = finalStatus[entry.type]
  if (final) {
    finish(state, final, entry.atMs, details)
    return
  }
  const scope = scopeOf(state, entry.scope)
  // AWS links the event after …Succeeded of a Parallel or Map to the event before it.
  if (entry.id > 0 && !/^(Parallel|Map)StateSucceeded$/.test(entry.type)) scope.lastEventId = entry.id
  applyToScope({ state, scope, entry, startAt })
}

const finalStatus: Readonly<Record<string, Status>> = {
  ExecutionSucceeded: 'SUCCEEDED',
  ExecutionFailed: 'FAILED',
  ExecutionTimedOut: 'TIMED_OUT',
  ExecutionAborted: 'ABORTED',
}

function finish(state: ExecutionState, status: Status, atMs: number, details: Details): void {
  state.status = status
  state.stoppedAtMs = atMs
  state.output = details.output ?? null
  state.error = details.error ?? null
  state.cause = details.cause ?? null
  state.ready.clear()
}

function applyToScope(change: Change): void {
  const { state, scope, entry } = change
  const { details = {}, own = {} } = entry
  if (entry.type.endsWith('StateEntered')) {
    scope.current = {
      name: details.name!,
      isRepeatable: /^(Task|Parallel|Map)State/.test(entry.type),
      input: details.input!,
      enteredEventId: entry.id,
      enteredPreviousId: entry.previousId,
      enteredAtMs: entry.atMs,
      retries: [],
    }
    enter(state, scope, { kind: 'entered' })
    return
  }
  if (entry.type.endsWith('StateExited')) {
    exitState(state, scope, details, own)
    return
  }
  switch (entry.type) {
    case '~WaitScheduled':
      enter(state, scope, { kind: 'waiting', untilMs: own.untilMs! })
      return
    case '~RetryScheduled':
      if (!own.interrupted) scope.current!.retries[own.retrier!] = (scope.current!.retries[own.retrier!] ?? 0) + 1
      enter(state, scope, { kind: 'backoff', untilMs: own.untilMs! })
      return
    case '~Retried':
      enter(state, scope, { kind: 'entered' })
      return
    case 'TaskScheduled':
    case 'LambdaFunctionScheduled':
      enter(state, scope, taskPhase(entry, details, own))
      return
    case 'ActivityScheduled':
      enter(state, scope, { ...taskPhase(entry, details, own), ...waitingForWorker(details) })
      return
    case 'ActivityStarted':
      takenByWorker(scope, entry)
      return
    case 'TaskSubmitted':
      submitted(scope, own)
      return
    case '~TokenAnswered':
      if (scope.phase.kind === 'task') scope.phase.answered = own.outcome!
      return
    case '~Heartbeat':
      if (scope.phase.kind === 'task') scope.phase.heartbeatAtMs = own.untilMs ?? null
      return
    case 'TaskSucceeded':
    case 'LambdaFunctionSucceeded':
    case 'ActivitySucceeded':
      enter(state, scope, { kind: 'result', result: details.output! })
      return
    case 'TaskFailed':
    case 'TaskSubmitFailed':
    case 'TaskTimedOut':
    case 'LambdaFunctionFailed':
    case 'LambdaFunctionTimedOut':
    case 'ActivityFailed':
    case 'ActivityTimedOut':
    case 'EvaluationFailed':
      fail(state, scope, { ...details, interrupted: own.interrupted }, entry.type !== 'EvaluationFailed')
      return
    case '~Failed':
      fail(state, scope, own, false)
      return
    case 'ParallelStateStarted':
      startBranches(change)
      return
    case 'MapStateStarted':
      startMapping(change)
      return
    case 'MapIterationStarted':
      startIteration(change)
      return
    case 'MapIterationSucceeded':
      endIteration(change)
      return
    case 'MapRunStarted':
      startMapRun(change)
      return
    case '~ItemsRead':
      takeItems(change)
      return
    case '~MapRunUpdated':
      limitMapRun(change)
      return
    case '~ItemEnded':
      endItem(change)
      return
    case '~ResultsWriting':
      startWriting(change)
      return
    case '~ResultsWritten':
      endWriting(change)
      return
    case 'MapRunRedriven':
      redriveMapRun(change)
      return
    case 'MapRunFailed':
      fail(state, scope, details, false)
      return
    case '~ChildFailed':
      childFailed(state, scope, own)
      return
    case 'ParallelStateSucceeded':
    case 'MapStateSucceeded':
      enter(state, scope, { kind: 'result', result: own.outcome?.ok ? own.outcome.output : '[]' })
      return
  }
}

function taskPhase(entry: Entry, details: Details, own: Own): TaskPhase {
  return {
    kind: 'task',
    scheduledEventId: entry.id,
    parameters: details.parameters ?? details.input ?? '{}',
    token: own.token ?? null,
    timeoutAtMs: own.timeoutAtMs ?? null,
    heartbeatSeconds: own.heartbeatSeconds ?? null,
    heartbeatAtMs: own.heartbeatSeconds === undefined ? null : entry.atMs + own.heartbeatSeconds * 1000,
    submitted: false,
    answered: null,
    offeredTo: null,
    child: null,
  }
}

/** No call is made: the token is all there is. Heartbeats count from the moment a worker has it. */
const waitingForWorker = ({ resource = '' }: Details) => ({ submitted: true, heartbeatAtMs: null, offeredTo: resource })

function takenByWorker({ phase }: Scope, { atMs }: Entry): void {
  if (phase.kind !== 'task') return
  phase.offeredTo = null
  phase.heartbeatAtMs = phase.heartbeatSeconds === null ? null : atMs + phase.heartbeatSeconds * 1000
}

function submitted(scope: Scope, own: Own): void {
  if (scope.phase.kind !== 'task') return
  scope.phase.submitted = true
  scope.phase.child = own.child ?? null
}

function exitState(state: ExecutionState, scope: Scope, details: Details, own: Own): void {
  if (details.assignedVariables) scope.variables = { ...scope.variables, ...details.assignedVariables }
  const output = details.output!
  scope.current = null
  if (own.next !== undefined) {
    enter(state, scope, { kind: 'next', state: own.next, input: output })
    return
  }
  enter(state, scope, { kind: 'ended', output })
  if (scope.parent === null) {
    state.ready.add(scope.id)
    return
  }
  const parent = scopeOf(state, scope.parent)
  if (parent.phase.kind !== 'branches') {
    state.ready.add(scope.id) // a Map iteration: its own event follows
    return
  }
  parent.phase.outputs[scope.index] = output
  parent.phase.open -= 1
  parent.lastEventId = scope.lastEventId
  state.scopes.delete(scope.id)
  if (parent.phase.open === 0) state.ready.add(parent.id)
}
