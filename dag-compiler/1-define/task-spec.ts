/**
 * Options of a task → `TaskSpecValue`: what the task says, else what its DAG's `defaults` say, else Airflow's default.
 */
import type { JsonObject, JsonValue, SettableTriggerRule } from '../../run-model/index.ts'
import type { Mistake, RetryRule, TaskSpecValue } from './dag-definition.ts'
import { date, type Field, flag, jsonObject, name, number, oneOf, orNull, text, whole } from './fields.ts'
import { type ReadValues, readSpec } from './read-spec.ts'

/** Options of a task, under Airflow's names. Durations are seconds. */
export interface TaskSpec {
  /** Id of the task, when it is not given in front of the handler. */
  readonly taskId?: string
  /** @default 'airflow' */
  readonly owner?: string
  /** Markdown, shown with the task. */
  readonly docMd?: string
  readonly startDate?: Date
  readonly endDate?: Date
  /** When the task runs, given how its direct upstreams ended. @default 'all_success' */
  readonly triggerRule?: SettableTriggerRule
  readonly dependsOnPast?: boolean
  readonly ignoreFirstDependsOnPast?: boolean
  readonly waitForPastDependsBeforeSkipping?: boolean
  readonly waitForDownstream?: boolean
  /** Tries after the first. @default 0 */
  readonly retries?: number
  /** Seconds before the first retry. @default 300 */
  readonly retryDelay?: number
  /** Factor from one delay to the next; 0 keeps it constant, `true` is 2. @default 0 */
  readonly retryExponentialBackoff?: number | boolean
  /** Longest delay in seconds. @default 86400 */
  readonly maxRetryDelay?: number
  /** Seconds per try; at most 900, Lambda's limit, unless an AWS service does the work. @default none */
  readonly executionTimeout?: number
  /** @default 'default_pool' */
  readonly pool?: string
  /** @default 1 */
  readonly poolSlots?: number
  /** @default 1 */
  readonly priorityWeight?: number
  /** @default 'downstream' */
  readonly weightRule?: 'downstream' | 'upstream' | 'absolute'
  readonly maxActiveTisPerDag?: number
  /** Instances of a mapped task at the same time. @default 40 */
  readonly maxActiveTisPerDagrun?: number
  /** `full` draws each retry delay between 0 and what it would be. @default 'none' */
  readonly retryJitter?: 'none' | 'full'
  /** What an error does, by its name; the first entry that matches decides. @default every error is retried */
  readonly retryPolicy?: readonly RetryPolicyEntry[]
  /** @default 'default' */
  readonly queue?: string
  readonly executor?: string
  /** Store what the handler returns. @default true */
  readonly doXcomPush?: boolean
  readonly mapIndexTemplate?: string
  readonly returnsDagResult?: boolean
  readonly emailOnFailure?: boolean
  readonly emailOnRetry?: boolean
  /** Repeats after an error of the platform, which use up no try. @default 3 */
  readonly maxInfraRetries?: number
  readonly dependsOnPreviousTasks?: readonly string[]
  readonly params?: JsonObject
}

export interface RetryPolicyEntry {
  /** Name of the thrown class; `*` stands for any text. */
  readonly error: string
  readonly action: 'retry' | 'fail' | 'skip'
  /** Seconds until the next try. @default as the task's other retries */
  readonly delay?: number
}

/** Options without the id: what a DAG can set for all its tasks. */
export type TaskOptions = Omit<TaskSpec, 'taskId'>

/** Step Functions: `MaxDelaySeconds` must be less than 31,622,400. */
const longestDelaySeconds = 31_622_399
/** Of a service call (Amazon States Language); what runs in Lambda has less, which phase 2 checks. */
const longestCallSeconds = 99_999_999
const noLimit = Number.MAX_SAFE_INTEGER

const triggerRules: readonly SettableTriggerRule[] = [
  'all_success',
  'all_failed',
  'all_done',
  'all_done_min_one_success',
  'none_failed',
  'none_failed_min_one_success',
  'none_skipped',
  'all_skipped',
  'one_success',
  'one_failed',
  'one_done',
  'always',
]

const backoff: Field<number> = {
  expected: 'a factor of 1 or more, 0 for a constant delay, or true for 2',
  read: (given) => {
    if (typeof given === 'boolean') return given ? 2 : 0
    return typeof given === 'number' && Number.isFinite(given) && (given === 0 || given >= 1) ? given : undefined
  },
}

const retryDelay = whole('seconds', 0, longestDelaySeconds, 'limit of Step Functions')

const ids: Field<readonly string[]> = {
  expected: 'an array of task ids',
  read: (given) => (Array.isArray(given) && given.every((id) => typeof id === 'string') ? [...given] : undefined),
}

const retryPolicy: Field<readonly RetryRule[]> = {
  expected: "an array of { error: 'Name', action: 'retry' | 'fail' | 'skip', delay?: seconds }",
  read: (given) => {
    const rules = Array.isArray(given) ? given.map(readRetryRule) : [null]
    return rules.every((rule) => rule !== null) ? rules : undefined
  },
}

function readRetryRule(given: unknown): RetryRule | null {
  const { values, mistakes } = readSpec(
    { error: name, action: oneOf(['retry', 'fail', 'skip']), delay: retryDelay },
    given,
  )
  const { error, action, delay = null } = values
  if (mistakes.length > 0 || error === undefined || action === undefined) return null
  return { error, action, delay: action === 'retry' ? delay : null }
}

/** Options that have a place of their own in `TaskSpecValue`. */
const applied = {
  triggerRule: oneOf(triggerRules),
  retries: whole('tries', 0, 99_999_999, 'limit of Step Functions'),
  retryDelay,
  retryJitter: oneOf(['none', 'full']),
  retryPolicy,
  retryExponentialBackoff: backoff,
  maxRetryDelay: whole('seconds', 1, longestDelaySeconds, 'limit of Step Functions'),
  executionTimeout: orNull(whole('seconds', 1, longestCallSeconds, 'limit of Step Functions')),
  maxInfraRetries: whole('repeats', 0, 99_999_999, 'limit of Step Functions'),
  maxActiveTisPerDagrun: orNull(whole('task instances', 1, noLimit)),
  doXcomPush: flag,
  owner: name,
  docMd: orNull(text),
  pool: name,
  poolSlots: whole('slots', 1, noLimit),
  priorityWeight: number('a whole number', Number.isSafeInteger),
  weightRule: oneOf(['downstream', 'upstream', 'absolute']),
  queue: name,
}

/** Options that are kept under `recorded`. */
const recorded = {
  startDate: date,
  endDate: date,
  dependsOnPast: flag,
  ignoreFirstDependsOnPast: flag,
  waitForPastDependsBeforeSkipping: flag,
  waitForDownstream: flag,
  maxActiveTisPerDag: orNull(whole('task instances', 1, noLimit)),
  executor: name,
  mapIndexTemplate: text,
  returnsDagResult: flag,
  emailOnFailure: flag,
  emailOnRetry: flag,
  dependsOnPreviousTasks: ids,
  params: jsonObject,
}

const defaultFields = { ...applied, ...recorded }
const taskFields = { ...defaultFields, taskId: name }
export const taskOptionNames: readonly string[] = Object.keys(defaultFields)
export type TaskDefaultValues = ReadValues<typeof defaultFields>

/** Airflow's defaults, and ours where Airflow has none (semantics §18). */
export const taskSpecDefaults: TaskSpecValue = {
  triggerRule: 'all_success',
  retries: 0,
  retryDelay: 300,
  retryExponentialBackoff: 0,
  maxRetryDelay: 86_400,
  executionTimeout: null,
  maxInfraRetries: 3,
  doXcomPush: true,
  owner: 'airflow',
  docMd: null,
  pool: 'default_pool',
  poolSlots: 1,
  priorityWeight: 1,
  weightRule: 'downstream',
  queue: 'default',
  recorded: {},
}

/** @param path where they are written, for the problems. */
export function readTaskDefaults(
  given: unknown,
  path = 'defaults',
): {
  readonly values: TaskDefaultValues
  readonly mistakes: readonly Mistake[]
} {
  return readSpec(defaultFields, given, { path })
}

export function readTaskSpec(
  given: unknown,
  task: string,
  defaults: TaskDefaultValues,
): { readonly spec: TaskSpecValue; readonly mistakes: readonly Mistake[]; readonly hasOwnRule: boolean } {
  const { values, mistakes } = readSpec(taskFields, given, { task })
  const { taskId: _, ...own } = values
  return { spec: buildTaskSpec({ ...defaults, ...own }), mistakes, hasOwnRule: own.triggerRule !== undefined }
}

function buildTaskSpec(values: TaskDefaultValues): TaskSpecValue {
  const kept = Object.entries(values).filter(([key]) => Object.hasOwn(recorded, key))
  const own = Object.entries(values).filter(([key]) => Object.hasOwn(applied, key))
  return Object.freeze({
    ...taskSpecDefaults,
    // Each value was read by the field of its key, and the fields of `applied` produce the types of `TaskSpecValue`.
    ...(Object.fromEntries(own) as Partial<TaskSpecValue>),
    recorded: Object.freeze(Object.fromEntries(kept)) as Readonly<Record<string, JsonValue>>,
  })
}
