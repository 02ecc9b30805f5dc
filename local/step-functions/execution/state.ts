/**
 * What an execution is doing, rebuilt from its entries by `apply`. The objects are changed in place, by `apply` only: copying a
 * wide Parallel for each of 25,000 events would cost more than running it.
 */
import type { ExecutionIdentity, MapRunPlan, TaskOutcome } from './entry.ts'

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED'

export interface ExecutionState {
  identity: ExecutionIdentity
  status: Status
  input: string
  startedAtMs: number
  stoppedAtMs: number | null
  output: string | null
  error: string | null
  cause: string | null
  redriveCount: number
  redrivenAtMs: number | null
  redriveToken: string | null
  /** Id of the next history event. */
  nextEventId: number
  nextScopeId: number
  readonly scopes: Map<number, Scope>
  /** Scopes that can go on without the world: what `step` takes next. */
  readonly ready: Set<number>
}

/** One thread of control: the execution itself, a branch, an iteration. */
export interface Scope {
  readonly id: number
  readonly parent: number | null
  /** Branch or iteration number. */
  readonly index: number
  readonly regionPath: string
  /** Item of a Map iteration, for `$states.context.Map`; JSON text. */
  readonly mapItem: string | null
  /** Variables of this scope; outer ones are read through the parents. JSON text by name. */
  variables: Record<string, string>
  lastEventId: number
  current: CurrentState | null
  phase: Phase
  /** What a failed Parallel or Map was doing: a redrive goes on there. */
  lost: { readonly phase: Phase; readonly scopes: readonly Scope[] } | null
}

export interface CurrentState {
  readonly name: string
  /** Task, Parallel, Map: it can be repeated, and its context counts how often it was. */
  readonly isRepeatable: boolean
  readonly input: string
  readonly enteredEventId: number
  /** `previousEventId` of the entering event: AWS repeats it in EvaluationFailed. */
  readonly enteredPreviousId: number
  readonly enteredAtMs: number
  /** Retries made so far, by retrier; those after an interruption are not counted. */
  retries: number[]
}

export type Phase =
  | { readonly kind: 'next'; readonly state: string; readonly input: string }
  /** Entered, or about to repeat after a retry: arguments are evaluated now. */
  | { readonly kind: 'entered' }
  | { readonly kind: 'waiting'; readonly untilMs: number }
  | { readonly kind: 'backoff'; readonly untilMs: number }
  | TaskPhase
  | BranchesPhase
  | MappingPhase
  | MapRunPhase
  /** The state's work is done; `Output` and `Assign` come next. */
  | { readonly kind: 'result'; readonly result: string }
  | FailedPhase
  /** The region is at its end. */
  | { readonly kind: 'ended'; readonly output: string }

export interface FailedPhase {
  readonly kind: 'failed'
  readonly error: string | null
  readonly cause: string | null
  /** By the task's call, not by one of the state's own fields. */
  readonly byTask: boolean
  /** A call, its own or a descendant's, was in flight when the world stopped: a retry for it is not counted. */
  readonly interrupted: boolean
}

export interface TaskPhase {
  readonly kind: 'task'
  readonly scheduledEventId: number
  readonly parameters: string
  readonly token: string | null
  readonly timeoutAtMs: number | null
  readonly heartbeatSeconds: number | null
  heartbeatAtMs: number | null
  /** The call of a `.waitForTaskToken` task has returned. */
  submitted: boolean
  /** The token was answered before the call returned. */
  answered: TaskOutcome | null
  /** ARN of the activity whose worker does it, until one has taken it. */
  offeredTo: string | null
  /** ARN of the execution that a `.sync` task waits for. */
  child: string | null
}

/** A Distributed Map: every item is an execution of its own. */
export interface MapRunPhase extends Omit<MapRunPlan, 'inputs' | 'reading'> {
  readonly kind: 'mapRun'
  readonly startedEventId: number
  readonly mapRunArn: string
  inputs: readonly string[]
  /** The call that reads the items; null when they are known. */
  reading: string | null
  /** The results are being written: nothing else happens until `written` says how that went. */
  writing: boolean
  written: TaskOutcome | null
  /** A redrive has begun and MapRunRedriven is still to be written. */
  redriving: boolean
  redriveCount: number
  /** By item; null while it is open. */
  outcomes: (TaskOutcome | null)[]
  ended: number
  failed: number
}

export interface BranchesPhase {
  readonly kind: 'branches'
  readonly outputs: (string | null)[]
  open: number
}

export interface MappingPhase {
  readonly kind: 'mapping'
  readonly items: readonly string[]
  readonly maxConcurrency: number
  readonly outputs: (string | null)[]
  started: number
  running: number
  /** `previousEventId` of the next MapIterationStarted. */
  startAfterEventId: number
}

export function childrenOf(state: ExecutionState, parent: number): Scope[] {
  return [...state.scopes.values()].filter((scope) => scope.parent === parent)
}

export function scopeOf(state: ExecutionState, id: number): Scope {
  const scope = state.scopes.get(id)
  if (!scope) throw new Error(`no scope ${id} in ${state.identity.arn}; please report`)
  return scope
}

/** AWS: an execution lasts at most a year, redrives included. */
const longestExecutionMs = 365 * 86_400_000

/** The instant at which an execution times out, whatever it is doing. */
export const lastInstant = (state: ExecutionState): number => state.startedAtMs + longestExecutionMs

/** When the world must wake this scope, or null. What waits for somebody else is woken when the execution may not last longer. */
export function deadlineOf(state: ExecutionState, scope: Scope): number | null {
  const { phase } = scope
  if (phase.kind === 'waiting' || phase.kind === 'backoff') return Math.min(phase.untilMs, lastInstant(state))
  if (phase.kind !== 'task') return null
  const deadlines = [phase.timeoutAtMs, phase.heartbeatAtMs, phase.submitted ? lastInstant(state) : null]
  const set = deadlines.filter((atMs) => atMs !== null)
  return set.length === 0 ? null : Math.min(...set)
}
