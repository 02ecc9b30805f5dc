/** Task: schedules a call and settles it. Invariant: the call is made after its …Scheduled event is on disk (see engine.ts). */

import { stateOf } from '../definition/machine.ts'
import { eventResource, parseResource, type TaskResource } from '../definition/resource.ts'
import { bindingsOf } from '../execution/context.ts'
import type { Stimulus } from '../execution/decide.ts'
import type { Own, TaskOutcome } from '../execution/entry.ts'
import { evaluateField, evaluateNumber, StateFailure, wrongType } from '../execution/evaluate.ts'
import { checkedInput, isOversized, oversizedCause } from '../execution/limits.ts'
import { effectiveInput, fillTemplate, numberField } from '../execution/path-fields.ts'
import type { ExecutionState, TaskPhase } from '../execution/state.ts'
import { childOutcome, startedArn } from '../integrations/child-outcome.ts'
import type { Situation, StateSituation } from './situation.ts'

export async function enterTask(at: StateSituation): Promise<void> {
  const { machine, execution, scope, state, draft, surroundings } = at
  const resource = resourceOf(state.json)
  const token = resource.callback ? surroundings.newToken(scope.id) : null
  const parameters = checkedInput(await parametersOf(at, resource, token), state.name)
  const bindings = bindingsOf(execution, scope, {}, token === null ? {} : { token })
  const limits =
    state.language === 'JSONata'
      ? {
          timeout: await evaluateNumber(machine, state, 'TimeoutSeconds', bindings, 1),
          heartbeat: await evaluateNumber(machine, state, 'HeartbeatSeconds', bindings, 1),
        }
      : { timeout: numberField(at, 'TimeoutSeconds', 1), heartbeat: numberField(at, 'HeartbeatSeconds', 1) }
  const own = {
    ...(token === null ? {} : { token }),
    ...(limits.timeout === null ? {} : { timeoutAtMs: surroundings.nowMs + limits.timeout * 1000 }),
    ...(limits.heartbeat === null ? {} : { heartbeatSeconds: limits.heartbeat }),
  }
  const seconds = {
    ...(limits.timeout === null ? {} : { timeoutInSeconds: limits.timeout }),
    ...(limits.heartbeat === null ? {} : { heartbeatInSeconds: limits.heartbeat }),
  }
  if (resource.kind === 'activity') {
    draft.event(scope, 'ActivityScheduled', { input: parameters, resource: resource.arn, ...seconds }, own)
    return
  }
  if (resource.kind === 'function') {
    draft.event(scope, 'LambdaFunctionScheduled', { input: parameters, resource: resource.arn, ...seconds }, own)
    draft.event(scope, 'LambdaFunctionStarted')
    return
  }
  const names = eventResource(resource)
  draft.event(scope, 'TaskScheduled', { parameters, region: surroundings.region, ...names, ...seconds }, own)
  draft.event(scope, 'TaskStarted', names)
}

export function resourceOf(json: Readonly<Record<string, unknown>>): TaskResource {
  const resource = parseResource(String(json.Resource))
  if (typeof resource === 'string') throw new Error(`${resource}; checkDefinition should have refused it`)
  return resource
}

/** A function gets any event; every other integration takes an object of arguments. */
async function parametersOf(at: StateSituation, { kind }: TaskResource, token: string | null): Promise<string> {
  const { machine, execution, scope, state } = at
  const input = effectiveInput(at)
  const extras = token === null ? {} : { token }
  const byPath = state.language === 'JSONPath'
  const field = byPath ? 'Parameters' : 'Arguments'
  const json = state.json[field]
  const takesAnything = kind === 'function' || kind === 'activity'
  if (json === undefined && takesAnything) return input
  let value: unknown
  if (json === undefined) value = JSON.parse(input)
  else if (byPath) value = fillTemplate(at, json, JSON.parse(input), extras)
  else value = await evaluateField(machine, state, field, json, bindingsOf(execution, scope, {}, extras))
  if (!takesAnything) checkObject(at, field, json, value)
  return JSON.stringify(value)
}

function checkObject({ state }: StateSituation, field: string, json: unknown, value: unknown): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return
  const what = `The ${field} field must be an object but was: `
  if (state.language === 'JSONata') throw wrongType(json, field, 'object', value, what)
  throw new StateFailure('States.Runtime', `${what}${JSON.stringify(value)}`, null)
}

type TaskStimulus =
  | Extract<Stimulus, { kind: 'called' | 'taken' | 'tokenAnswered' | 'heartbeat' | 'childEnded' }>
  | { readonly kind: 'due' }

/** Writes nothing when the stimulus is not for the task that is open now. */
export function finishTask(situation: Situation, stimulus: TaskStimulus): void {
  const phase = situation.scope.phase
  if (phase.kind !== 'task') return
  switch (stimulus.kind) {
    case 'due':
      timeOut(situation, phase)
      return
    case 'called':
      if (stimulus.scheduledEventId === phase.scheduledEventId) called(situation, phase, stimulus.outcome)
      return
    case 'taken':
      if (stimulus.scheduledEventId === phase.scheduledEventId && phase.offeredTo !== null) {
        const { workerName } = stimulus
        situation.draft.event(situation.scope, 'ActivityStarted', workerName === null ? {} : { workerName })
      }
      return
    case 'childEnded':
      if (stimulus.eventId === phase.scheduledEventId) conclude(situation, outcomeOfChild(situation, stimulus.child))
      return
    case 'tokenAnswered':
      if (stimulus.token !== phase.token || phase.answered) return
      if (phase.submitted) conclude(situation, stimulus.outcome)
      else situation.draft.note(situation.scope, '~TokenAnswered', { outcome: stimulus.outcome })
      return
    case 'heartbeat':
      if (stimulus.token !== phase.token) return
      // A state that waits for none takes a sign of life all the same; it moves no time-out.
      situation.draft.note(
        situation.scope,
        '~Heartbeat',
        phase.heartbeatSeconds === null
          ? {}
          : { untilMs: situation.surroundings.nowMs + phase.heartbeatSeconds * 1000 },
      )
  }
}

function timeOut({ machine, scope, draft, surroundings }: Situation, phase: TaskPhase): void {
  const late = (atMs: number | null) => atMs !== null && atMs <= surroundings.nowMs
  if (!late(phase.timeoutAtMs) && !late(phase.heartbeatAtMs)) return
  const error = late(phase.timeoutAtMs) ? 'States.Timeout' : 'States.HeartbeatTimeout'
  const resource = resourceOf(stateOf(machine, scope.regionPath, scope.current!.name).json)
  if (resource.kind === 'function' || resource.kind === 'activity')
    draft.event(scope, `${prefixes[resource.kind]}TimedOut`, { error })
  else draft.event(scope, 'TaskTimedOut', { error, ...eventResource(resource) })
}

function called(situation: Situation, phase: TaskPhase, outcome: TaskOutcome): void {
  const { machine, scope, draft } = situation
  const resource = resourceOf(stateOf(machine, scope.regionPath, scope.current!.name).json)
  if (resource.kind === 'service' && resource.waits) {
    finishJob(situation, resource, outcome)
    return
  }
  const waits = resource.kind === 'execution' && resource.waits
  if (!resource.callback && !waits) {
    conclude(situation, outcome)
    return
  }
  const names = eventResource(resource as Exclude<TaskResource, { kind: 'function' | 'activity' }>) // those are not submitted
  // An answer proves that the call was made, whatever became of its response.
  if (!outcome.ok && !phase.answered) {
    draft.event(scope, 'TaskSubmitFailed', { cause: outcome.cause, error: outcome.error, ...names }, markOf(outcome))
    return
  }
  const output = outcome.ok ? outcome.output : '{}'
  draft.event(scope, 'TaskSubmitted', { output, ...names }, waits ? { child: startedArn(output) } : undefined)
  if (phase.answered) conclude(situation, phase.answered)
}

/** The call of a `.sync` task answers when the job is over (port.ts); a failure of the job itself is `States.TaskFailed`. */
function finishJob(
  situation: Situation,
  resource: Extract<TaskResource, { kind: 'service' }>,
  outcome: TaskOutcome,
): void {
  const names = eventResource(resource)
  const { scope, draft } = situation
  if (!outcome.ok && outcome.error !== 'States.TaskFailed') {
    draft.event(scope, 'TaskSubmitFailed', { cause: outcome.cause, error: outcome.error, ...names }, markOf(outcome))
    return
  }
  draft.event(scope, 'TaskSubmitted', { output: '{}', ...names })
  conclude(situation, outcome)
}

function outcomeOfChild({ machine, scope }: Situation, child: ExecutionState | null): TaskOutcome {
  const resource = resourceOf(stateOf(machine, scope.regionPath, scope.current!.name).json)
  const asJson = resource.kind === 'execution' && resource.pattern === '.sync:2'
  return childOutcome(child, asJson)
}

function conclude({ machine, scope, draft }: Situation, outcome: TaskOutcome): void {
  const state = stateOf(machine, scope.regionPath, scope.current!.name)
  const resource = resourceOf(state.json)
  const names = resource.kind === 'function' || resource.kind === 'activity' ? {} : eventResource(resource)
  const prefix = prefixes[resource.kind] ?? 'Task'
  if (!outcome.ok) {
    draft.event(scope, `${prefix}Failed`, { cause: outcome.cause, error: outcome.error, ...names }, markOf(outcome))
    return
  }
  if (isOversized(outcome.output)) {
    const cause = oversizedCause(String(state.json.Resource))
    draft.event(scope, `${prefix}Failed`, { cause, error: 'States.DataLimitExceeded', ...names })
    return
  }
  draft.event(scope, `${prefix}Succeeded`, { output: outcome.output, ...names })
}

/** Of the names of events. */
const prefixes: Readonly<Record<string, string>> = { function: 'LambdaFunction', activity: 'Activity' }

function markOf(outcome: Extract<TaskOutcome, { ok: false }>): Own | undefined {
  return outcome.interrupted ? { interrupted: true } : undefined
}
