/**
 * Retries and failures of a service call. A call that AWS did not accept is repeated at no cost in tries; an expression that
 * has no value never is. The author's policy matches error names, because no code of ours sees the error.
 */
import { errorNames } from '../../../run-model/index.ts'
import type { ServiceDefinition, TaskSpecValue } from '../../1-define/dag-definition.ts'
import type { GraphTask } from '../../2-graph/graph.ts'
import type { ServiceFamily } from '../../2-graph/services.ts'
import { type Retrier, retriersOf } from '../states/retry.ts'

const cannotSucceed: Retrier = { ErrorEquals: ['States.QueryEvaluationError'], MaxAttempts: 0 }
/** Marks of the retriers that only a wrapper's call has. */
const ofWrappers: readonly string[] = [errorNames.taskBusy, 'Lambda.SdkClientException']

export function serviceRetriers(
  task: GraphTask,
  service: ServiceDefinition,
  family: ServiceFamily,
): readonly Retrier[] {
  const { spec } = task
  const lost = service.isIdempotent ? ['SdkClientException'] : []
  const notAccepted: Retrier = {
    ErrorEquals: [...family.throttles, ...lost].map((name) => `${family.errors}.${name}`),
    IntervalSeconds: 2,
    MaxAttempts: spec.maxInfraRetries,
    BackoffRate: 2,
    JitterStrategy: 'FULL',
  }
  const own = retriersOf(task).filter(({ ErrorEquals }) => !ErrorEquals.some((name) => ofWrappers.includes(name)))
  return [notAccepted, ...(own.length > 0 ? [cannotSucceed, ...own] : [])]
}

/** Errors after which the task is skipped instead of failed. */
export const skippingErrors = (spec: TaskSpecValue): readonly string[] =>
  (spec.retryPolicy ?? []).filter(({ action }) => action === 'skip').map(({ error }) => error)
