/** Options of a DAG → `DagSpecValue`, defaults filled in. Whether a schedule or zone is legal is phase 2's question. */
import type { JsonObject, JsonValue } from '../../run-model/index.ts'
import type { DagSpecValue, FailureMode, Mistake } from './dag-definition.ts'
import { date, type Field, flag, jsonObject, name, oneOf, orNull, text, texts, whole } from './fields.ts'
import { readSpec } from './read-spec.ts'
import { readTaskDefaults, type TaskDefaultValues, type TaskOptions, taskOptionNames } from './task-spec.ts'

/** Options of a DAG, under Airflow's names. Durations are seconds. */
export interface DagSpec {
  /** Cron expression or several, preset, `@once`, `@continuous`; null or absent: manual runs only. */
  readonly schedule?: string | readonly string[] | null
  /** IANA zone in which the schedule is read. @default 'UTC' */
  readonly timezone?: string
  /** `trigger`: a run is named after its tick; `interval`: it covers the time since the tick before. @default 'trigger' */
  readonly timetable?: 'trigger' | 'interval'
  readonly description?: string
  /** Markdown, shown with the DAG. */
  readonly docMd?: string
  readonly dagDisplayName?: string
  readonly tags?: readonly string[]
  readonly startDate?: Date
  readonly endDate?: Date
  /** Run every missed tick, not only the latest. @default false */
  readonly catchup?: boolean
  /** Runs at the same time. @default 16, with `@continuous` 1 */
  readonly maxActiveRuns?: number
  /** @default false: a deploy is the deliberate act */
  readonly isPausedUponCreation?: boolean
  /** Seconds a run may take. @default none */
  readonly dagrunTimeout?: number
  /** Default `queue` of the tasks. */
  readonly queue?: string
  /** Options for all tasks of the DAG; a task's own win. */
  readonly defaults?: TaskOptions
  readonly maxActiveTasks?: number
  readonly maxConsecutiveFailedDagRuns?: number
  /** The same as `onFailure: 'failFast'`. */
  readonly failFast?: boolean
  /**
   * What a failed task does to the others: `isolate` leaves those alone that do not depend on it; `failFast` aborts them;
   * `drain` lets running tasks finish and starts no more. @default 'isolate'
   */
  readonly onFailure?: FailureMode
  /** Most instances of a mapped task. @default 1024 */
  readonly maxMapLength?: number
  readonly renderTemplateAsNativeObj?: boolean
  readonly disableBundleVersioning?: boolean
  readonly catchupWindow?: number
  readonly overlap?: 'latest' | 'bufferAll' | 'bufferOne' | 'skip' | 'cancelOther' | 'terminateOther' | 'allowAll'
  readonly jitter?: number
  readonly runTtl?: number
  readonly pauseOnFailure?: boolean
  readonly params?: JsonObject
  readonly allowedRunTypes?: readonly string[]
  readonly sync?: 'gates' | 'barrier'
}

/** 40,000 indexes are 229 KB of state data; Step Functions allows 256 KiB. */
const longestMap = 40_000
const noLimit = Number.MAX_SAFE_INTEGER

const schedule: Field<string | readonly string[]> = {
  expected: 'a cron expression, an array of them, or a preset such as @daily',
  read: (given) => (typeof given === 'string' ? given : texts.read(given)),
}

/** The spec of `defaults` is read by `readTaskDefaults`, which reports under its own path. */
const anything: Field<unknown> = { expected: '', read: (given) => given ?? undefined }

const applied = {
  schedule: orNull(schedule),
  timezone: name,
  timetable: oneOf(['trigger', 'interval']),
  description: orNull(text),
  docMd: orNull(text),
  dagDisplayName: orNull(name),
  tags: texts,
  startDate: orNull(date),
  endDate: orNull(date),
  catchup: flag,
  maxActiveRuns: whole('runs', 1, noLimit),
  isPausedUponCreation: flag,
  dagrunTimeout: orNull(whole('seconds', 1, 31_536_000, 'Step Functions runs an execution for one year at most')),
  onFailure: oneOf(['isolate', 'failFast', 'drain']),
  maxMapLength: whole('instances', 1, longestMap, 'the indexes of more do not fit into state data'),
}

const recorded = {
  maxActiveTasks: orNull(whole('tasks', 1, noLimit)),
  maxConsecutiveFailedDagRuns: whole('runs', 0, noLimit),
  renderTemplateAsNativeObj: flag,
  disableBundleVersioning: flag,
  catchupWindow: whole('seconds', 10, noLimit),
  overlap: oneOf(['latest', 'bufferAll', 'bufferOne', 'skip', 'cancelOther', 'terminateOther', 'allowAll']),
  jitter: whole('seconds', 0, noLimit),
  runTtl: whole('seconds', 1, noLimit),
  pauseOnFailure: flag,
  params: jsonObject,
  allowedRunTypes: texts,
  sync: oneOf(['gates', 'barrier']),
}

/** Options of tasks that authors look for on the DAG, where Python has `default_args`. */
const taskOptionPlaces = Object.fromEntries(taskOptionNames.map((option) => [option, `defaults: { ${option}: … }`]))

const dagFields = { ...applied, ...recorded, failFast: flag, queue: name, defaults: anything }

export const dagSpecDefaults: DagSpecValue = {
  schedule: null,
  timezone: 'UTC',
  timetable: 'trigger',
  startDate: null,
  endDate: null,
  catchup: false,
  description: null,
  docMd: null,
  dagDisplayName: null,
  tags: [],
  maxActiveRuns: 16,
  isPausedUponCreation: false,
  dagrunTimeout: null,
  recorded: {},
}

export interface ReadDagSpec {
  readonly spec: DagSpecValue
  readonly taskDefaults: TaskDefaultValues
  readonly mistakes: readonly Mistake[]
}

export function readDagSpec(given: unknown): ReadDagSpec {
  const { values, mistakes } = readSpec(dagFields, given, { elsewhere: taskOptionPlaces })
  const defaults = readTaskDefaults(values.defaults)
  const isTorn = values.failFast === true && (values.onFailure ?? 'failFast') !== 'failFast'
  const pick = (table: object) =>
    Object.fromEntries(Object.entries(values).filter(([key]) => Object.hasOwn(table, key)))
  const spec: DagSpecValue = {
    ...dagSpecDefaults,
    ...(values.schedule === '@continuous' && { maxActiveRuns: 1 }),
    ...(values.failFast && { onFailure: 'failFast' as const }),
    // Each value was read by the field of its key, and the fields of `applied` produce the types of `DagSpecValue`.
    ...(pick(applied) as Partial<DagSpecValue>),
    recorded: Object.freeze(pick(recorded)) as Readonly<Record<string, JsonValue>>,
  }
  return {
    spec: Object.freeze(spec),
    taskDefaults: { ...(values.queue !== undefined && { queue: values.queue }), ...defaults.values },
    mistakes: [...mistakes, ...(isTorn ? [tornFailure(values.onFailure)] : []), ...defaults.mistakes],
  }
}

const tornFailure = (given: FailureMode | undefined): Mistake => ({
  kind: 'bad-option',
  detail: {
    option: 'onFailure',
    given: `'${given}'`,
    expected: "'failFast' where failFast is true: both say the same",
  },
})
