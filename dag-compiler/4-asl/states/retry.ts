/**
 * Retries of a task state, in the order in which Step Functions tries them: the first that names the error counts.
 * Infrastructure errors have a budget of their own and cost no try; the wrapper makes their repeats harmless (§5.3).
 */
import { errorNames, isPlainName, retrierName } from '../../../run-model/index.ts'
import type { TaskSpecValue } from '../../1-define/dag-definition.ts'
import type { GraphTask } from '../../2-graph/graph.ts'
import { mostPokes } from '../../3-plan/pokes.ts'

export interface Retrier {
  readonly ErrorEquals: readonly string[]
  readonly MaxAttempts: number
  readonly IntervalSeconds?: number
  readonly BackoffRate?: number
  readonly MaxDelaySeconds?: number
  readonly JitterStrategy?: 'FULL'
}

const infrastructureErrors = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.TooManyRequestsException',
]

/** Another invocation holds the try: ask again until its lease, at most Lambda's 15 minutes, is certainly over. */
const busy: Retrier = { ErrorEquals: [errorNames.taskBusy], IntervalSeconds: 30, BackoffRate: 1, MaxAttempts: 60 }

/** Amazon States Language: largest `IntervalSeconds` and `MaxAttempts`; `MaxDelaySeconds` stays below its bound. */
const largestInteger = 99_999_999
const largestMaxDelaySeconds = 31_622_399

/** @param endsRun the call may also throw the run's verdict */
export function retriersOf(task: GraphTask, endsRun = false): readonly Retrier[] {
  const { spec } = task
  return [
    ...waitRetriers(task),
    infrastructure(spec),
    busy,
    ...(spec.retries > 0 ? [{ ErrorEquals: finalErrors(task, endsRun), MaxAttempts: 0 }, ...ownRetriers(task)] : []),
  ]
}

/** Nothing of the author runs in an `expand` call, so there is nothing to try again but the call. */
export const retriersOfExpand = (spec: TaskSpecValue): readonly Retrier[] => [infrastructure(spec), busy]

const infrastructure = (spec: TaskSpecValue): Retrier => ({
  ErrorEquals: infrastructureErrors,
  IntervalSeconds: 2,
  MaxAttempts: spec.maxInfraRetries,
  BackoffRate: 2,
  JitterStrategy: 'FULL',
})

/** Repeats that are no tries: the next poke of a sensor; the look whether a wait is over, twice per try for slow clocks. */
function waitRetriers({ options, spec }: GraphTask): Retrier[] {
  switch (options?.kind) {
    case 'sensor': {
      if (options.mode === 'poke') return []
      const { pokeInterval, backoff, maxPokeInterval } = options
      const delays = { interval: pokeInterval, rate: backoff, longest: maxPokeInterval ?? largestMaxDelaySeconds }
      return [retrier([errorNames.sensorNotReady], mostPokes(options), delays)]
    }
    case 'human_input':
    case 'deferrable':
    case 'trigger_dag_run': {
      if (options.kind === 'trigger_dag_run' && !options.waitForCompletion) return []
      const MaxAttempts = Math.min(2 * (spec.retries + 1), largestInteger)
      return [
        { ErrorEquals: ['States.Timeout', 'States.HeartbeatTimeout'], IntervalSeconds: 1, BackoffRate: 1, MaxAttempts },
      ]
    }
    default:
      return []
  }
}

/** Names that end the task whatever tries are left. The wrapper says the same; here it saves the calls. */
function finalErrors({ options, spec }: GraphTask, endsRun: boolean): string[] {
  return [
    errorNames.failTask,
    ...(options?.kind === 'sensor' ? [errorNames.sensorTimeout] : []),
    ...(endsRun ? [errorNames.dagRunFailed] : []),
    ...plainRules(spec).flatMap(({ error, action }) => (action === 'retry' ? [] : [error])),
  ]
}

/** Errors with a delay of their own first, then whatever else may be tried again. */
function ownRetriers({ spec, operator }: GraphTask): Retrier[] {
  const { retries, retryDelay, retryExponentialBackoff, maxRetryDelay, retryJitter } = spec
  const jitter = retryJitter === 'full' ? ({ JitterStrategy: 'FULL' } as const) : {}
  const delays = { interval: retryDelay, rate: retryExponentialBackoff, longest: maxRetryDelay }
  // No code of ours sees the error of a service, so nothing gives it another name.
  const special = delayedRules(operator === 'service' ? plainRules(spec) : (spec.retryPolicy ?? []))
  return [
    ...special.map(({ error, delay }) => retrier([error], retries, { interval: delay, rate: 1, longest: delay })),
    retrier(['States.ALL'], retries, delays),
  ].map((each) => ({ ...each, ...jitter }))
}

/** Under the names that the wrapper throws; of two rules with one name the first decides. */
function delayedRules(policy: NonNullable<TaskSpecValue['retryPolicy']>) {
  const delayed = policy.flatMap((rule) =>
    rule.action === 'retry' && rule.delay !== null ? [{ error: retrierName(policy, rule), delay: rule.delay }] : [],
  )
  return delayed.filter(({ error }, at) => delayed.findIndex((other) => other.error === error) === at)
}

/**
 * Rules that name one error, as far as no pattern stands before them: Step Functions matches names only, and the first
 * rule that matches decides. What patterns say, the wrapper does.
 */
function plainRules({ retryPolicy = [] }: TaskSpecValue): NonNullable<TaskSpecValue['retryPolicy']> {
  const firstPattern = retryPolicy.findIndex(({ error }) => !isPlainName(error))
  const plain = firstPattern < 0 ? retryPolicy : retryPolicy.slice(0, firstPattern)
  return plain.filter(({ error }, at) => plain.findIndex((rule) => rule.error === error) === at)
}

/**
 * Delay before retry k is `interval × rate^(k-1)`, at most `longest`; whole seconds, at least 1, because ASL knows no
 * others. `MaxDelaySeconds` is written only where it has an effect.
 */
function retrier(
  errors: readonly string[],
  attempts: number,
  delays: { readonly interval: number; readonly rate: number; readonly longest: number },
): Retrier {
  const maxDelay = Math.min(wholeSeconds(delays.longest), largestMaxDelaySeconds)
  const interval = Math.min(wholeSeconds(delays.interval), maxDelay)
  const rate = interval === maxDelay ? 1 : Math.max(1, delays.rate)
  const last = interval * rate ** (attempts - 1)
  return {
    ErrorEquals: errors,
    IntervalSeconds: interval,
    MaxAttempts: Math.min(attempts, largestInteger),
    BackoffRate: rate,
    ...(last > maxDelay ? { MaxDelaySeconds: maxDelay } : {}),
  }
}

const wholeSeconds = (seconds: number): number => Math.min(Math.max(1, Math.ceil(seconds)), largestInteger)
