/**
 * The engine's pure core: what happens next. `step` moves one ready scope on by itself, `react` answers something from
 * outside. Both return entries and change nothing; `apply` does that. Invariant: equal arguments give equal entries.
 */
import { type Machine, stateOf } from '../definition/machine.ts'
import { enterState, resumeState } from '../states/index.ts'
import { endIteration, startIterations } from '../states/map.ts'
import { concludeMapRun, endMapItem, takeWritten } from '../states/map-run.ts'
import { takeItems } from '../states/read-items.ts'
import type { Situation } from '../states/situation.ts'
import { finishTask } from '../states/task.ts'
import { abortScope } from './abort.ts'
import { type Draft, HistoryFull, maxEvents, startDraft } from './draft.ts'
import type { Entry, MapRunLimits, TaskOutcome } from './entry.ts'
import { StateFailure, writeFailure } from './evaluate.ts'
import { exitState } from './exit.ts'
import { handleFailure } from './failure.ts'
import { nextOf } from './next.ts'
import { effectiveInput } from './path-fields.ts'
import { type ExecutionState, lastInstant, type Scope, scopeOf } from './state.ts'
import type { Surroundings } from './surroundings.ts'

export type Stimulus =
  /** An alarm of this scope rang; nothing happens when its deadline has moved. */
  | { readonly kind: 'due'; readonly scopeId: number }
  | { readonly kind: 'executionDue' }
  /** The call of a task returned. `scheduledEventId` tells a late answer from the present one. */
  | {
      readonly kind: 'called'
      readonly scopeId: number
      readonly scheduledEventId: number
      readonly outcome: TaskOutcome
    }
  /** A worker has asked for the task of an activity. */
  | {
      readonly kind: 'taken'
      readonly scopeId: number
      readonly scheduledEventId: number
      readonly workerName: string | null
    }
  | { readonly kind: 'tokenAnswered'; readonly scopeId: number; readonly token: string; readonly outcome: TaskOutcome }
  | { readonly kind: 'heartbeat'; readonly scopeId: number; readonly token: string }
  /** An execution that a `.sync` task or a Map Run waits for has ended; null when its log is lost. */
  | {
      readonly kind: 'childEnded'
      readonly scopeId: number
      readonly eventId: number
      readonly item: number | null
      readonly child: ExecutionState | null
    }
  /** UpdateMapRun; `eventId` is that of MapRunStarted. */
  | { readonly kind: 'limited'; readonly scopeId: number; readonly eventId: number; readonly limits: MapRunLimits }
  /** What an `ItemReader` has read, a JSON array. */
  | { readonly kind: 'itemsRead'; readonly scopeId: number; readonly eventId: number; readonly outcome: TaskOutcome }
  /** What a `ResultWriter` has written; the output is the Map state's. */
  | {
      readonly kind: 'resultsWritten'
      readonly scopeId: number
      readonly eventId: number
      readonly outcome: TaskOutcome
    }
  | { readonly kind: 'stop'; readonly error: string | null; readonly cause: string | null }

export async function step(
  machine: Machine,
  execution: ExecutionState,
  scope: Scope,
  surroundings: Surroundings,
): Promise<readonly Entry[]> {
  const draft = startDraft(execution, surroundings.nowMs)
  const situation = { machine, execution, scope, draft, surroundings }
  return guard(execution, draft, async () => {
    if (surroundings.nowMs >= lastInstant(execution)) draft.event(scopeOf(execution, 0), 'ExecutionTimedOut')
    else await failing(situation, () => moveOn(situation))
  })
}

/** A field that cannot be evaluated fails its state. */
async function failing({ draft, scope }: Situation, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const failure = error instanceof RangeError ? tooDeep() : error
    if (!(failure instanceof StateFailure)) throw error
    writeFailure(draft, scope, failure)
  }
}

/** JSON is read however deeply it is nested, but neither written nor searched. */
const tooDeep = () => new StateFailure('States.Runtime', 'The data of the state is nested too deeply.', null)

async function moveOn(situation: Situation): Promise<void> {
  const { machine, scope, draft } = situation
  const phase = scope.phase
  switch (phase.kind) {
    case 'next': {
      const state = stateOf(machine, scope.regionPath, phase.state)
      draft.event(scope, `${state.type}StateEntered`, { input: phase.input, name: state.name })
      return
    }
    case 'entered':
      return enterState(situation)
    case 'branches':
    case 'result':
      return resumeState(situation)
    case 'mapping':
      return startIterations(situation)
    case 'mapRun':
      return concludeMapRun(situation, phase)
    case 'failed':
      return handleFailure(situation, phase)
    case 'ended':
      if (scope.parent !== null) return endIteration(situation)
      draft.event(scope, 'ExecutionSucceeded', { output: phase.output })
      return
  }
}

/** Answers nothing to a stimulus that came too late: the scope is gone, or is doing something else. */
export async function react(
  machine: Machine,
  execution: ExecutionState,
  stimulus: Stimulus,
  surroundings: Surroundings,
): Promise<readonly Entry[]> {
  if (execution.status !== 'RUNNING') return []
  const draft = startDraft(execution, surroundings.nowMs)
  return guard(execution, draft, async () => {
    if (stimulus.kind === 'stop') return stop(machine, execution, draft, stimulus)
    if (stimulus.kind === 'executionDue' || surroundings.nowMs >= lastInstant(execution)) {
      draft.event(scopeOf(execution, 0), 'ExecutionTimedOut')
      return
    }
    const scope = execution.scopes.get(stimulus.scopeId)
    if (!scope) return
    const situation = { machine, execution, scope, draft, surroundings }
    if (stimulus.kind === 'due') return due(situation)
    if (stimulus.kind === 'childEnded' && scope.phase.kind === 'mapRun') return endMapItem(situation, stimulus)
    if (stimulus.kind === 'limited') return limit(situation, stimulus)
    if (stimulus.kind === 'itemsRead') return failing(situation, () => takeItems(situation, stimulus))
    if (stimulus.kind === 'resultsWritten') return takeWritten(situation, stimulus)
    finishTask(situation, stimulus)
  })
}

function limit({ scope, draft }: Situation, { eventId, limits }: Extract<Stimulus, { kind: 'limited' }>): void {
  if (scope.phase.kind === 'mapRun' && scope.phase.startedEventId === eventId)
    draft.note(scope, '~MapRunUpdated', { limits })
}

async function due(situation: Situation): Promise<void> {
  const { machine, scope, draft, surroundings } = situation
  const phase = scope.phase
  const { nowMs } = surroundings
  if (phase.kind === 'backoff' && phase.untilMs <= nowMs) return draft.note(scope, '~Retried')
  if (phase.kind === 'task') return finishTask(situation, { kind: 'due' })
  if (phase.kind !== 'waiting' || phase.untilMs > nowMs) return
  const state = stateOf(machine, scope.regionPath, scope.current!.name)
  const at = { ...situation, state }
  await failing(situation, () => exitState(at, { defaultOutput: effectiveInput(at), next: nextOf(state.json) }))
}

function stop(
  machine: Machine,
  execution: ExecutionState,
  draft: Draft,
  { error, cause }: Extract<Stimulus, { kind: 'stop' }>,
): void {
  const root = scopeOf(execution, 0)
  abortScope(machine, execution, root, draft)
  draft.event(root, 'ExecutionAborted', { ...(error === null ? {} : { error }), ...(cause === null ? {} : { cause }) })
}

/** The history limit ends the execution instead of the decision. */
async function guard(execution: ExecutionState, draft: Draft, decide: () => Promise<void>): Promise<readonly Entry[]> {
  try {
    await decide()
  } catch (error) {
    if (!(error instanceof HistoryFull)) throw error
    draft.event(scopeOf(execution, 0), 'ExecutionFailed', {
      error: 'States.Runtime',
      cause: `The execution reached the maximum number of history events (${maxEvents}).`,
    })
  }
  return draft.entries
}
