/**
 * Runs one state by the engine's own decisions, up to its end or its first retry. Nothing is kept, and calls are made unless a
 * mock answers for them.
 */
import type { Machine } from '../../definition/machine.ts'
import { apply, emptyState } from '../../execution/apply.ts'
import { react, type Stimulus, step } from '../../execution/decide.ts'
import { startDraft } from '../../execution/draft.ts'
import type { Entry, ExecutionIdentity, TaskOutcome } from '../../execution/entry.ts'
import { startedEntry } from '../../execution/final-entries.ts'
import type { ExecutionState, Scope, TaskPhase } from '../../execution/state.ts'
import type { Surroundings } from '../../execution/surroundings.ts'

export interface Play {
  readonly machine: Machine
  readonly stateName: string
  readonly identity: ExecutionIdentity
  readonly input: string
  /** JSON text by name. */
  readonly variables: Readonly<Record<string, string>>
  /** Retries already made, for every retrier. */
  readonly retries: number
  readonly surroundings: () => Surroundings
  /** Makes the call of the task that is open. */
  readonly answer: (phase: TaskPhase) => Promise<TaskOutcome>
  /** Stands for the whole work of the state. */
  readonly mock: TaskOutcome | null
  /** Resolves at the instant. */
  readonly until: (atMs: number) => Promise<void>
}

export async function playState(play: Play): Promise<readonly Entry[]> {
  const started = startedEntry(play.identity, play.input, play.surroundings().nowMs)
  const execution = emptyState(started)
  const entries: Entry[] = []
  const take = (more: readonly Entry[]) => {
    for (const entry of more) apply(execution, entry, () => play.stateName)
    entries.push(...more)
  }
  take([started])
  const scope = execution.scopes.get(0)!
  scope.variables = { ...play.variables }
  take(await step(play.machine, execution, scope, play.surroundings()))
  scope.current!.retries = retriersOf(play).map(() => play.retries)
  while (!entries.some(isLast)) {
    const isReady = execution.ready.has(0)
    const more = isReady
      ? await step(play.machine, execution, scope, play.surroundings())
      : await work(play, execution, scope)
    if (more.length === 0) throw new Error(`a ${scope.phase.kind} state does not go on; please report`)
    take(more)
  }
  return entries
}

function retriersOf({ machine, stateName }: Play): readonly unknown[] {
  const retry = machine.regions.get('')?.states.get(stateName)?.json.Retry
  return Array.isArray(retry) ? retry : []
}

/** The tested state is left, repeated, or has taken its execution with it. */
function isLast({ type, scope }: Entry): boolean {
  return (
    scope === 0 &&
    (/StateExited$|^Execution(Succeeded|Failed|TimedOut|Aborted)$/.test(type) || type === '~RetryScheduled')
  )
}

/** What the state waits for. */
async function work(play: Play, execution: ExecutionState, scope: Scope): Promise<readonly Entry[]> {
  const { phase } = scope
  const answered = (stimulus: Stimulus) => react(play.machine, execution, stimulus, play.surroundings())
  if (phase.kind === 'waiting') {
    await play.until(phase.untilMs)
    return answered({ kind: 'due', scopeId: 0 })
  }
  if (play.mock) return mocked(play, execution, scope, play.mock)
  if (phase.kind !== 'task') throw new Error(`a ${phase.kind} state needs a mock; it should have been refused`)
  const outcome = await play.answer(phase)
  return answered({ kind: 'called', scopeId: 0, scheduledEventId: phase.scheduledEventId, outcome })
}

function mocked(play: Play, execution: ExecutionState, scope: Scope, mock: TaskOutcome): readonly Entry[] {
  const draft = startDraft(execution, play.surroundings().nowMs)
  const state = play.machine.regions.get('')!.states.get(play.stateName)!
  if (state.type === 'Task') {
    if (mock.ok) draft.event(scope, 'TaskSucceeded', { output: mock.output })
    else draft.event(scope, 'TaskFailed', { error: mock.error, cause: mock.cause })
  } else if (mock.ok) draft.event(scope, `${state.type}StateSucceeded`, undefined, { outcome: mock })
  else draft.note(scope, '~ChildFailed', { error: mock.error, cause: mock.cause, lastEventId: scope.lastEventId })
  return draft.entries
}
