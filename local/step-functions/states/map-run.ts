/** Distributed Map: a Map Run whose items are executions of their own. Source: AWS, "Map state in Distributed mode". */
import { derivedId } from '../derived-id.ts'
import { bindingsOf } from '../execution/context.ts'
import type { Stimulus } from '../execution/decide.ts'
import type { MapRunPlan, TaskOutcome } from '../execution/entry.ts'
import { evaluateField, evaluateNumber } from '../execution/evaluate.ts'
import { isOversized } from '../execution/limits.ts'
import { isIntolerable } from '../execution/map-run.ts'
import { effectiveInput, fillTemplate, numberField } from '../execution/path-fields.ts'
import type { ExecutionState, MapRunPhase } from '../execution/state.ts'
import type { Situation, StateSituation } from './situation.ts'

export async function startMapRun(
  at: StateSituation,
  plan: Pick<MapRunPlan, 'inputs' | 'maxConcurrency' | 'reading'>,
): Promise<void> {
  const { execution, draft, scope, state, surroundings } = at
  draft.event(scope, 'MapStateStarted', { length: plan.inputs.length })
  const label = typeof state.json.Label === 'string' ? state.json.Label : derivedId(state.name).slice(0, 8)
  const { identity } = execution
  const id = derivedId(`${identity.arn}#${scope.id}#${scope.current!.enteredEventId}#${execution.nextEventId}`)
  const machine = identity.machineName.split('/')[0]
  const mapRunArn = `arn:aws:states:${surroundings.region}:${surroundings.accountId}:mapRun:${machine}/${label}:${id}`
  const mapRun = { label, ...plan, ...(await tolerated(at)) }
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

/** `ItemBatcher`: a child's input is `{"BatchInput": …, "Items": […]}`. */
export async function batched(at: StateSituation, inputs: readonly string[]): Promise<readonly string[]> {
  const batcher = at.state.json.ItemBatcher as Readonly<Record<string, unknown>> | undefined // checked
  if (!batcher) return inputs
  const { machine, execution, scope, state } = at
  const bindings = bindingsOf(execution, scope)
  const field = async (name: string): Promise<unknown> => {
    const json = batcher[name]
    if (json === undefined) return undefined
    if (state.language === 'JSONata') return evaluateField(machine, state, `ItemBatcher/${name}`, json, bindings)
    return fillTemplate(at, json, JSON.parse(effectiveInput(at)))
  }
  const most = Number((await field('MaxItemsPerBatch')) ?? inputs.length)
  const batchInput = await field('BatchInput')
  const shared = batchInput === undefined ? '' : `"BatchInput":${JSON.stringify(batchInput)},`
  const batches: string[] = []
  for (let start = 0; start < inputs.length; start += most) {
    batches.push(`{${shared}"Items":[${inputs.slice(start, start + most).join(',')}]}`)
  }
  return batches
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

/** Every child has ended, or more have failed than the state tolerates. */
export async function concludeMapRun({ scope, draft }: Situation, phase: MapRunPhase): Promise<void> {
  if (isIntolerable(phase)) {
    const cause = 'The specified tolerated failure threshold was exceeded'
    draft.event(scope, 'MapRunFailed', { error: 'States.ExceedToleratedFailureThreshold', cause })
    return
  }
  const output = `[${phase.outcomes.map(resultOf).join(',')}]`
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
