/** Work that runs elsewhere: a handler starts it, and the task is done when somebody answers for it. Nothing runs meanwhile. */
import type { JsonValue } from '../../../run-model/index.ts'
import { orNull, whole } from '../fields.ts'
import { readSpec } from '../read-spec.ts'
import type { NoArgs, TaskFunction } from '../task-factory.ts'
import { type Handler, makeOperator, type Operator } from './operator.ts'

/** Durations are seconds. */
export interface DeferrableOptions {
  /** Until an answer must have come. @default none but the run's own limit */
  readonly timeout?: number | null
  /** Longest silence of the outside work. @default none */
  readonly heartbeat?: number | null
}

/** Step Functions: `TimeoutSeconds` and `HeartbeatSeconds` are at most 99,999,999. */
const seconds = orNull(whole('seconds', 1, 99_999_999, 'limit of Step Functions'))

/**
 * @param start begins the work; what it returns is not the task's result, the answer is.
 * @example dag.task('scan', deferrable(async () => startScan(getContext()), { timeout: 7200 }))()
 */
export function deferrable<TArgs extends object | undefined = NoArgs, TResult = JsonValue>(
  start: TaskFunction<TArgs, unknown>,
  options?: DeferrableOptions,
): Operator<TArgs, TResult> {
  return makeOperator({
    // `dag.task` checked the inputs' static type.
    handler: start as Handler,
    define({ taskId: task }) {
      const { values, mistakes } = readSpec({ timeout: seconds, heartbeat: seconds }, options, { task })
      const { timeout = null, heartbeat = null } = values
      return { options: { kind: 'deferrable', timeout, heartbeat }, mistakes }
    },
  })
}
