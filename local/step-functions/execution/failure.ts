/** What happens to a failed state: Retry, then Catch, then the container fails, up to the execution. */
import { type State, stateOf } from '../definition/machine.ts'
import type { Situation } from '../states/situation.ts'
import { abortChildren } from './abort.ts'
import { StateFailure, writeFailure } from './evaluate.ts'
import { exitState } from './exit.ts'
import type { FailedPhase, Scope } from './state.ts'

type Json = Readonly<Record<string, unknown>>

export async function handleFailure(situation: Situation, failed: FailedPhase): Promise<void> {
  const { machine, scope, draft } = situation
  const state = stateOf(machine, scope.regionPath, scope.current!.name)
  const container = state.type === 'Parallel' || state.type === 'Map'
  if (!isTerminal(failed) && (container || state.type === 'Task')) {
    if (scheduleRetry(situation, state, failed)) return
    if (container) draft.event(scope, `${state.type}StateFailed`)
    if (await caught(situation, state, failed)) return
  }
  propagate(situation, failed)
}

/** Nothing catches States.Runtime; an oversized result of a task is caught (recorded 2024), an oversized output is not. */
function isTerminal(failed: FailedPhase): boolean {
  return failed.error === 'States.Runtime' || (failed.error === 'States.DataLimitExceeded' && !failed.byTask)
}

/**
 * An interrupted call (recovery.ts) is repeated however many retries were made before it, because nothing was wrong with
 * it; only a retrier that makes no attempt at all says that repeating is not wanted.
 */
function scheduleRetry({ scope, draft, surroundings }: Situation, state: State, failed: FailedPhase): boolean {
  const retriers = listOf(state.json.Retry)
  const index = retriers.findIndex((retrier) => matches(retrier.ErrorEquals, failed.error))
  const retrier = retriers[index]
  if (!retrier) return false
  const made = scope.current!.retries[index] ?? 0
  const allowed = numberOf(retrier.MaxAttempts, 3)
  if (allowed === 0 || (made >= allowed && !failed.interrupted)) return false
  // What was interrupted has waited while nothing ran; a world that is often killed would otherwise only ever wait.
  const delayMs = failed.interrupted ? 0 : retryDelaySeconds(retrier, made, surroundings.random) * 1000
  draft.note(scope, '~RetryScheduled', {
    retrier: index,
    untilMs: surroundings.nowMs + delayMs,
    ...(failed.interrupted ? { interrupted: true } : {}),
  })
  return true
}

/** Defaults are the States Language's: 1 second, doubling, no cap, no jitter. */
function retryDelaySeconds(retrier: Json, made: number, random: () => number): number {
  const grown = numberOf(retrier.IntervalSeconds, 1) * numberOf(retrier.BackoffRate, 2) ** made
  const capped = Math.min(grown, numberOf(retrier.MaxDelaySeconds, Number.POSITIVE_INFINITY))
  return retrier.JitterStrategy === 'FULL' ? capped * random() : capped
}

/**
 * `States.TaskFailed` is any error but a timeout; `States.Timeout` is also a missed heartbeat. `States.ALL` does not
 * match States.Runtime, which never gets here.
 */
export function matches(errorEquals: unknown, error: string | null): boolean {
  if (!Array.isArray(errorEquals)) return false
  return errorEquals.some((name) => {
    if (name === 'States.ALL' || name === error) return true
    if (name === 'States.TaskFailed') return error !== 'States.Timeout' && error !== 'States.HeartbeatTimeout'
    return name === 'States.Timeout' && error === 'States.HeartbeatTimeout'
  })
}

/** A failure while the catcher's own fields are evaluated is the state's failure; no second catcher sees it. */
async function caught(situation: Situation, state: State, failed: FailedPhase): Promise<boolean> {
  const { scope, draft } = situation
  const catchers = listOf(state.json.Catch)
  const index = catchers.findIndex((catcher) => matches(catcher.ErrorEquals, failed.error))
  const catcher = catchers[index]
  if (!catcher) return false
  const errorOutput = { Error: failed.error ?? '', Cause: failed.cause ?? '' }
  try {
    await exitState(
      { ...situation, state },
      {
        defaultOutput: JSON.stringify(errorOutput),
        next: String(catcher.Next),
        data: { errorOutput },
        fields: { json: catcher, prefix: `Catch[${index}]/` },
      },
    )
    return true
  } catch (error) {
    if (!(error instanceof StateFailure)) throw error
    writeFailure(draft, scope, error)
    propagate(situation, {
      kind: 'failed',
      error: error.error,
      cause: draft.entries.at(-1)?.details?.cause ?? error.message,
      byTask: false,
      interrupted: false,
    })
    return true
  }
}

function propagate({ machine, execution, scope, draft }: Situation, failed: FailedPhase): void {
  const { error, cause } = failed
  const both = { ...(cause === null ? {} : { cause }), ...(error === null ? {} : { error }) }
  const lastId = lastEventOf(draft.entries, scope)
  if (scope.parent === null || isTerminal(failed)) {
    const root = execution.scopes.get(0)!
    // AWS links the end of an execution that a path ended to no event (seen in histories that users have published).
    const byPath = error === 'States.Runtime' && !failed.byTask
    draft.event(root, 'ExecutionFailed', both, undefined, byPath ? 0 : lastId)
    return
  }
  const parent = execution.scopes.get(scope.parent)!
  const container = stateOf(machine, parent.regionPath, parent.current!.name)
  let follow = lastId
  abortChildren(machine, execution, parent, draft, scope)
  if (container.type === 'Map') {
    follow = draft.event(parent, 'MapIterationFailed', { index: scope.index, name: container.name }, undefined, lastId)
  }
  const marked = failed.interrupted ? ({ interrupted: true } as const) : {}
  draft.note(parent, '~ChildFailed', { ...both, ...marked, lastEventId: follow })
}

function lastEventOf(entries: readonly { id: number; scope: number }[], scope: Scope): number {
  return entries.findLast((entry) => entry.id > 0 && entry.scope === scope.id)?.id ?? scope.lastEventId
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value : []
}

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}
