/**
 * A service task as states: loads of what the state data does not hold, a guard where the task may not run, the call
 * itself. Their names: `load:<key>`, `load:<key>:2`…, `run:<key>`, `guard:<key>`, `<key>`; each leads to the next.
 */
import type { GraphTask } from '../../2-graph/graph.ts'
import type { Path } from '../../2-graph/service-references.ts'
import { serviceOf } from '../../2-graph/service-references.ts'
import { resourceEnding, serviceFamily } from '../../2-graph/services.ts'
import { countedBy } from '../../3-plan/guards.ts'
import { decidersOf, type ServiceFacts } from '../../3-plan/loads.ts'
import { framesTo } from '../../3-plan/places.ts'
import type { Emission, Scope, States } from '../emission.ts'
import { expression, runOfExecution, withStatuses } from '../expressions.ts'
import type { AslState } from '../machine.ts'
import { leaving, type Target } from '../states/target.ts'
import { catching, type Failure } from '../states/task.ts'
import { argumentTemplate } from './arguments.ts'
import { guardJsonata } from './guard.ts'
import { quotedText } from './jsonata-text.ts'
import { loadState, lookState } from './load.ts'
import { isGuarded, lookName, statesBefore } from './names.ts'
import { withResult } from './result.ts'
import { serviceRetriers, skippingErrors } from './retry.ts'

export interface ServiceStep {
  readonly emission: Pick<Emission, 'graph' | 'places' | 'tasks'>
  readonly scope: Scope
  readonly task: GraphTask
  /** Of this task, from `serviceFactsOf`. */
  readonly facts: ServiceFacts
  /** Of this task, from `exposedPaths`; none: empty. */
  readonly exposes: readonly Path[]
  /** Where success leads. */
  readonly target: Target
  /** Where a failure leads, and the data there; null: it is not caught (`failFast`). */
  readonly failure: Failure | null
  /** State to go on at when the task does not run; only led to when `mayGoOtherwise`. */
  readonly otherwise: string
}

export function serviceStates(step: ServiceStep): States {
  const { task, facts } = step
  const names = statesBefore(task.key, facts)
  const following = (at: number): string => names[at + 1] ?? task.key
  const loads = facts.loads.map((key, at) => [names[at]!, load(step, key, following(at))] as const)
  const guard = isGuarded(facts) ? ([[names.at(-1)!, guardState(step)]] as const) : []
  const look = facts.looksAtRun ? ([[lookName(task.key), lookAtRun(step, names.at(-1)!)]] as const) : []
  return [...loads, ...look, ...guard, [task.key, callState(step)]]
}

/** Whether states of the step lead to `otherwise`. */
export const mayGoOtherwise = (task: GraphTask, facts: ServiceFacts): boolean =>
  isGuarded(facts) || skippingErrors(task.spec).length > 0

function lookAtRun({ emission, task, failure }: ServiceStep, next: string): AslState {
  const { dagId } = emission.graph
  return lookState({ dagId, key: task.key, run: runOfExecution }, next, failure)
}

function load(step: ServiceStep, key: string, next: string): AslState {
  const { emission, scope, task, failure } = step
  const loaded = emission.tasks.get(key)!
  const { dagId } = emission.graph
  // Only members of the same mapped group meet at one index; anything else is read as the whole that it is to the others.
  const index =
    scope.index !== null && loaded.group !== undefined && loaded.group === task.group ? { index: scope.index } : {}
  return loadState({ dagId, taskId: loaded.taskId, key, run: runOfExecution, ...index }, next, failure)
}

function guardState(step: ServiceStep): AslState {
  const { task, facts, otherwise } = step
  const own = `$states.input.${quotedText(task.key)}`
  const byRule = facts.guard.length > 0 ? ruleOutcome(step) : "'run'"
  // As the task runtime decides: what failed upstream is said first, then that nothing starts any more.
  const outcome = facts.looksAtRun ? `($o:=${byRule};$o!='upstream_failed' and $exists(${own})?'skipped':$o)` : byRule
  const [only] = facts.guard
  const status = facts.guard.length === 1 && !facts.looksAtRun ? `'${only}'` : outcome
  const rest = {
    Condition: expression(`${outcome}!='run'`),
    Output: expression(`$merge([$states.input,{${quotedText(task.key)}:${status}}])`),
  }
  return { Type: 'Choice', Choices: [{ ...rest, Next: otherwise }], Default: task.key }
}

/** JSONata of what deciders, setups and rule say. */
function ruleOutcome(step: ServiceStep): string {
  const { task, facts } = step
  const { graph } = step.emission
  const entry = entryReader(step)
  const { rule, counted } = countedBy(task)
  return guardJsonata({
    hasCounts: facts.hasCounts,
    rule,
    counted: counted.map(entry),
    setups: (task.setups ?? []).map(entry),
    deciders: decidersOf(graph, task).map(({ decider, keptBy }) => ({
      entry: entry(decider),
      keptBy: keptBy.map(keyIn(facts)),
    })),
  })
}

function callState(step: ServiceStep): AslState {
  const { emission, scope, task, target, exposes } = step
  const service = serviceOf(task)
  const family = service && serviceFamily(service.resource)
  if (!service || !family)
    throw new Error(`Task "${task.taskId}" calls no service that phase 2 let pass. Please report this bug.`)
  const names = { dagId: emission.graph.dagId, taskId: task.taskId, run: runOfExecution, entryOf: entryReader(step) }
  return {
    Type: 'Task',
    Resource: `arn:aws:states:::${service.resource}${resourceEnding(family, service.pattern)}`,
    Arguments: argumentTemplate(service.args, names),
    ...(task.spec.executionTimeout !== null && { TimeoutSeconds: Math.ceil(task.spec.executionTimeout) }),
    ...(service.heartbeat !== null && { HeartbeatSeconds: service.heartbeat }),
    Retry: serviceRetriers(task, service, family),
    ...serviceCatchers(step),
    ...leaving(scope, target, withResult(task.key, service, exposes)),
  }
}

function serviceCatchers({ task, otherwise, failure }: ServiceStep): { readonly Catch?: readonly object[] } {
  const errors = skippingErrors(task.spec)
  const skipped = { ErrorEquals: errors, Output: expression(withStatuses([[task.key, 'skipped']])), Next: otherwise }
  if (failure) return catching(failure, errors.length > 0 ? [skipped] : [])
  return errors.length > 0 ? { Catch: [skipped] } : {}
}

/** By task id. What the state data holds is some frames out; what was loaded stands in the step's own frame. */
function entryReader({ emission, task, facts }: ServiceStep): (taskId: string) => string {
  const { places } = emission
  const keyOf = keyIn(facts)
  return (taskId) => {
    const key = keyOf(taskId)
    const frames = facts.loads.includes(key) ? 0 : framesTo(places.get(task.key)!, places.get(key)!)
    return `$states.input${".'^'".repeat(frames)}.${quotedText(key)}`
  }
}

/** Options of a decider are ids of tasks, or `*`. */
const keyIn =
  ({ keys }: ServiceFacts) =>
  (taskId: string): string =>
    keys.get(taskId) ?? taskId
