/**
 * A task: one call of the DAG's own Lambda. The wrapper inside decides the trigger rule, enforces the timeout and writes
 * the records; the state carries the call, the delays between tries, and where a failure goes on.
 */
import { errorNames, type TaskCall } from '../../../run-model/index.ts'
import type { GraphTask } from '../../2-graph/graph.ts'
import type { Emission, Scope } from '../emission.ts'
import { expression, unchangedInput, withEntry } from '../expressions.ts'
import type { AslState } from '../machine.ts'
import { retriersOf, retriersOfExpand } from './retry.ts'
import { leaving, type Target } from './target.ts'

/** Longest run of a Lambda function (AWS quota). */
const lambdaTimeoutSeconds = 900
/** The wrapper ends a try that is too long. The state's own limit only catches an answer that never comes. */
const backstopSeconds = 60

/** Where a failure goes on; null: nothing catches it. */
export interface Failure {
  /** Expression: data after the failure. */
  readonly data: string
  readonly next: string
}

/** @param endsRun the task is the last of its run and settles it; a verdict that it could not give is the finalizer's */
export function taskState(
  emission: Emission,
  scope: Scope,
  task: GraphTask,
  target: Target,
  failure: Failure | null,
  endsRun = false,
): AslState {
  const verdict = { ErrorEquals: [errorNames.dagRunFailed], Output: unchangedInput, Next: emission.names.finalize }
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: callOf(emission, scope, task.key, endsRun ? { do: 'end' } : {}),
    TimeoutSeconds: timeoutOf(task),
    Retry: retriersOf(task, endsRun),
    ...catching(failure, endsRun ? [verdict] : []),
    ...leaving(scope, target, withEntry(task.key, '$states.result.Payload.s')),
  }
}

/** Asks how many instances a mapped task or group has, and whether it has any at all. @param id what is mapped */
export function expandState(
  emission: Emission,
  scope: Scope,
  id: string,
  task: GraphTask,
  target: Target,
  failure: Failure | null,
): AslState {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: callOf(emission, scope, id, { do: 'expand' }),
    TimeoutSeconds: lambdaTimeoutSeconds + backstopSeconds,
    Retry: retriersOfExpand(task.spec),
    ...catching(failure),
    ...leaving(scope, target, withEntry(id, '$states.result.Payload.s')),
  }
}

/** Arguments of a call of the DAG's Lambda. */
export function callOf(
  emission: Emission,
  { execution, index }: Scope,
  task: string,
  more: Partial<Record<Exclude<keyof TaskCall, 'gate'>, string>> & Pick<TaskCall, 'gate'>,
) {
  const payload: Record<keyof Omit<TaskCall, 'do' | 'i' | 'token' | 'redrive' | 'gate' | 'woken'>, string> = {
    x: expression(execution),
    w: emission.wiringHash,
    task,
    try: expression('$states.context.State.RetryCount'),
    up: unchangedInput,
  }
  const instance = index === null ? {} : { i: expression(index) }
  return {
    FunctionName: '${TaskFunction}',
    Payload: { ...payload, ...instance, ...more, ...redriveOf(emission, task) },
  }
}

/** Only what waits must know: it waits anew after a redrive. Where failures are caught there is nothing to redrive. */
function redriveOf({ failures, tasks }: Emission, task: string): { readonly redrive?: string } {
  const waits = ['sensor', 'human_input', 'deferrable', 'trigger_dag_run']
  if (failures !== 'fatal' || !waits.includes(tasks.get(task)?.operator ?? '')) return {}
  const count = '$states.context.Execution.RedriveCount'
  return { redrive: expression(`$exists(${count})?${count}:0`) }
}

export function catching(
  failure: Failure | null,
  before: readonly object[] = [],
): { readonly Catch?: readonly object[] } {
  if (!failure) return {}
  return { Catch: [...before, { ErrorEquals: ['States.ALL'], Output: expression(failure.data), Next: failure.next }] }
}

const timeoutOf = ({ spec }: GraphTask): number =>
  Math.ceil(spec.executionTimeout ?? lambdaTimeoutSeconds) + backstopSeconds
