/**
 * Retries of a task state, in the order in which Step Functions tries them: the first that names the error counts.
 * Infrastructure errors have a budget of their own and cost no try; the wrapper makes their repeats harmless (§5.3).
 */
import { errorNames } from '../../../run-model/index.ts'
import type { TaskSpecValue } from '../../1-define/dag-definition.ts'

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

export function retriersOf(spec: TaskSpecValue): readonly Retrier[] {
  return [
    {
      ErrorEquals: infrastructureErrors,
      IntervalSeconds: 2,
      MaxAttempts: spec.maxInfraRetries,
      BackoffRate: 2,
      JitterStrategy: 'FULL',
    },
    busy,
    ...(spec.retries > 0 ? [{ ErrorEquals: [errorNames.failTask], MaxAttempts: 0 }, ownRetrier(spec)] : []),
  ]
}

/**
 * Delay before retry k is `retryDelay × m^(k-1)`, at most `maxRetryDelay`; whole seconds, at least 1, because ASL knows
 * no others. `MaxDelaySeconds` is written only where it has an effect.
 */
function ownRetrier(spec: TaskSpecValue): Retrier {
  const maxDelay = Math.min(wholeSeconds(spec.maxRetryDelay), largestMaxDelaySeconds)
  const interval = Math.min(wholeSeconds(spec.retryDelay), maxDelay)
  const rate = interval === maxDelay ? 1 : Math.max(1, spec.retryExponentialBackoff)
  const longest = interval * rate ** (spec.retries - 1)
  return {
    ErrorEquals: ['States.ALL'],
    IntervalSeconds: interval,
    MaxAttempts: Math.min(spec.retries, largestInteger),
    BackoffRate: rate,
    ...(longest > maxDelay ? { MaxDelaySeconds: maxDelay } : {}),
  }
}

const wholeSeconds = (seconds: number): number => Math.min(Math.max(1, Math.ceil(seconds)), largestInteger)
