/** Distributed Map: a Map Run whose items are executions of their own. Source: AWS, "Map state in Distributed mode". */
import { derivedId } from '../derived-id.ts'
import { bindingsOf } from '../execution/context.ts'
import type { Stimulus } from '../execution/decide.ts'
import type { MapRunPlan, TaskOutcome } from '../execution/entry.ts'
import { evaluateNumber } from '../execution/evaluate.ts'
import { isOversized } from '../execution/limits.ts'
import { isIntolerable } from '../execution/map-run.ts'
import { numberField } from '../execution/path-fields.ts'
import type { ExecutionState, MapRunPhase } from '../execution/state.ts'
import { writerOf } from './result-writer.ts'
import type { Situation, StateSituation } from './situation.ts'

export async function startMapRun(
  at: StateSituation,
  plan: Pick<MapRunPlan, 'inputs' | 'maxConcurrency' | 'reading'>,
): Promise<void> {
  const { execution, draft, scope, state, surroundings } = at
  const writer = await writerOf(at)
  const tolerance = await tolerated(at)
  draft.event(scope, 'MapStateStarted', { length: plan.inputs.length })
  const label = typeof state.json.Label === 'string' ? state.json.Label : derivedId(state.name).slice(0, 8)
  const { identity } = execution
  // With its start: an execution that has the name of one long closed must not find the children of that one.
  const place = [execution.startedAtMs, scope.id, scope.current!.enteredEventId, execution.nextEventId]
  const id = derivedId(`${identity.arn}#${place.join('#')}`)
  const machine = identity.machineName.split('/')[0]
  const mapRunArn = `arn:aws:states:${surroundings.region}:${surroundings.accountId}:mapRun:${machine}/${label}:${id}`
  const mapRun = { label, ...plan, ...tolerance, ...(writer ? { writer } : {}) }
  draft.event(scope, 'MapRunStarted', { mapRunArn }, { mapRun })
}

async function tolerated(at: StateSituation) {
  const { machine, execution, scope, state } = at
  const number = async (field: string) => {
    if (state.language === 'JSONPath') return numberField(at, field, 0)
    return evaluateNumber(machine, state, field, bindingsOf(execution, scope), 0)
  }
  return {
    toleratedCount: await number('ToleratedFailureCount'),
    toleratedPercentage: await number('ToleratedFailurePercentage'),
  }
}

export function endMapItem({ scope, draft }: Situation, ended: Extract<Stimulus, { kind: 'childEnded' }>): void {
  const phase = scope.phase as MapRunPhase // the caller looked
  if (ended.eventId !== phase.startedEventId || ended.item === null || phase.outcomes[ended.item] !== null) return
  draft.note(scope, '~ItemEnded', { ended: ended.item, outcome: outcomeOf(ended.child) })
}

function outcomeOf(child: ExecutionState | null): TaskOutcome {
  if (child?.status === 'SUCCEEDED') return { ok: true, output: child.output ?? 'null' }
  const error = child?.error ?? (child?.status === 'TIMED_OUT' ? 'States.Timeout' : 'States.TaskFailed')
  return { ok: false, error, cause: child?.cause ?? '' }
}

export function takeWritten({ scope, draft }: Situation, written: Extract<Stimulus, { kind: 'resultsWritten' }>): void {
  const { phase } = scope
  if (phase.kind !== 'mapRun' || !phase.writing || phase.startedEventId !== written.eventId) return
  draft.note(scope, '~ResultsWritten', { outcome: written.outcome })
}

/** Every child has ended, or more have failed than the state tolerates. Results are written either way, then the Map Run ends. */
export async function concludeMapRun({ scope, draft }: Situation, phase: MapRunPhase): Promise<void> {
  if (phase.redriving) {
    draft.event(scope, 'MapRunRedriven', { mapRunArn: phase.mapRunArn, redriveCount: phase.redriveCount + 1 })
    return
  }
  if (phase.writer && phase.written === null) {
    draft.note(scope, '~ResultsWriting')
    return
  }
  if (isIntolerable(phase)) {
    const cause = 'The specified tolerated failure threshold was exceeded'
    draft.event(scope, 'MapRunFailed', { error: 'States.ExceedToleratedFailureThreshold', cause })
    return
  }
  if (phase.written?.ok === false) {
    const { error, cause } = phase.written
    draft.event(scope, 'MapRunFailed', { error, cause })
    return
  }
  const output = phase.written?.output ?? `[${phase.outcomes.map(resultOf).join(',')}]`
  if (isOversized(output)) {
    const cause =
      'The Map Run returned a result with a size exceeding the maximum number of bytes service limit; use ResultWriter'
    draft.event(scope, 'MapRunFailed', { error: 'States.DataLimitExceeded', cause })
    return
  }
  draft.event(scope, 'MapRunSucceeded')
  draft.event(scope, 'MapStateSucceeded', undefined, { outcome: { ok: true, output } })
}

/** A tolerated failure stands in the result as its error; AWS's own form is not documented. */
function resultOf(outcome: TaskOutcome | null): string {
  if (outcome?.ok) return outcome.output
  return JSON.stringify({ Error: outcome?.error ?? '', Cause: outcome?.cause ?? '' })
}
