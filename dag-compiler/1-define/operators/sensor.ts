/** A handler that is asked again until it answers something truthy. Between two pokes nothing runs. */
import { flag, number, oneOf, orNull, whole } from '../fields.ts'
import { readSpec } from '../read-spec.ts'
import type { NoArgs, TaskFunction } from '../task-factory.ts'
import { type Handler, makeOperator, type Operator } from './operator.ts'

/** Durations are seconds. */
export interface SensorOptions {
  /** From one poke to the next. @default 60 */
  readonly pokeInterval?: number
  /** From the first poke of the first try, over retries. @default 604800, a week */
  readonly timeout?: number
  /** After the timeout the task is `skipped` instead of `failed`. @default false */
  readonly softFail?: boolean
  /** Factor from one interval to the next; `true` is 2. @default false */
  readonly exponentialBackoff?: boolean | number
  /** Longest interval. @default none */
  readonly maxPokeInterval?: number | null
  /** `poke` waits inside one Lambda invocation, at most 900 seconds. @default 'reschedule' */
  readonly mode?: 'reschedule' | 'poke'
}

/** Step Functions: `IntervalSeconds` is at most 99,999,999. */
const longestInterval = 99_999_999
/** Step Functions: `MaxDelaySeconds` must be less than 31,622,400. */
const longestMaxInterval = 31_622_399
/** Lambda quota: 15 minutes per invocation. */
const longestInvocation = 900

const fields = {
  pokeInterval: whole('seconds', 1, longestInterval, 'limit of Step Functions'),
  timeout: whole('seconds', 1, 31_536_000, 'Step Functions runs an execution for one year at most'),
  softFail: flag,
  exponentialBackoff: {
    expected: 'true for a factor of 2, false, or a factor of 1 or more',
    read: (given: unknown) => (typeof given === 'boolean' ? (given ? 2 : 1) : factor.read(given)),
  },
  maxPokeInterval: orNull(whole('seconds', 1, longestMaxInterval, 'limit of Step Functions')),
  mode: oneOf(['reschedule', 'poke']),
}
const factor = number('a factor', (value) => Number.isFinite(value) && value >= 1)

/**
 * @param poke truthy: done, and its result is the task's; anything else: ask again.
 * @example dag.task('ready', sensor(async () => (await fetch(url)).ok, { timeout: 3600 }))()
 */
export function sensor<TArgs extends object | undefined = NoArgs, TReturn = unknown>(
  poke: TaskFunction<TArgs, TReturn>,
  options?: SensorOptions,
): Operator<TArgs, TReturn> {
  return makeOperator({
    // `dag.task` checked the inputs' static type.
    handler: poke as Handler,
    define({ taskId: task }) {
      const { values, mistakes } = readSpec(fields, options, { task })
      const {
        pokeInterval = 60,
        timeout = 604_800,
        softFail = false,
        maxPokeInterval = null,
        mode = 'reschedule',
      } = values
      const backoff = values.exponentialBackoff ?? 1
      const detail = {
        option: 'timeout',
        given: String(timeout),
        expected: `at most ${longestInvocation} with mode 'poke', which waits inside one Lambda invocation (limit of Lambda)`,
      }
      const holdsTooLong = mode === 'poke' && timeout > longestInvocation ? [{ kind: 'bad-option', task, detail }] : []
      return {
        options: { kind: 'sensor', pokeInterval, timeout, softFail, backoff, maxPokeInterval, mode },
        mistakes: [...mistakes, ...holdsTooLong],
      }
    },
  })
}
