/**
 * What a deployment hands to the registrar: one version of one DAG, whole. It is a JSON file beside the Lambda bundle,
 * in AWS a CDK asset, in the local world an object in the local object store.
 */
import type { JsonObject, JsonValue } from './json.ts'
import type { TriggerRule } from './trigger-rule.ts'
import type { Wiring } from './wiring.ts'

export interface DagManifest {
  readonly dagId: string
  /** Path of the DAG file, relative to the project. */
  readonly file: string
  /** The DAG file's text, for `GET /dagSources`. */
  readonly source: string
  /** SHA-256 of the task Lambda bundle: the code this version runs. */
  readonly codeHash: string
  /** Git commit, `+dirty` appended when the tree had changes; null outside git. */
  readonly bundleVersion: string | null
  readonly schedule: ScheduleSpec
  readonly options: DagOptions
  /** In topological order. */
  readonly tasks: readonly TaskManifest[]
  readonly edges: readonly (readonly [from: string, to: string])[]
  readonly wiring: Wiring
}

/** When a DAG is due. Read by `timetable.ts`. */
export interface ScheduleSpec {
  /** Cron expressions (presets resolved), `@once`, `@continuous`, or null: manual runs only. */
  readonly expressions: readonly string[] | '@once' | '@continuous' | null
  readonly timezone: string
  readonly timetable: 'trigger' | 'interval'
  readonly startDate: string | null
  readonly endDate: string | null
  readonly catchup: boolean
}

export interface DagOptions {
  readonly description: string | null
  readonly docMd: string | null
  readonly dagDisplayName: string | null
  readonly tags: readonly string[]
  readonly owners: readonly string[]
  readonly maxActiveRuns: number
  readonly isPausedUponCreation: boolean
  readonly dagrunTimeout: number | null
  readonly recorded: Readonly<Record<string, JsonValue>>
}

export interface TaskManifest {
  readonly taskId: string
  readonly key: string
  readonly operator: string
  readonly upstreams: readonly string[]
  readonly downstreams: readonly string[]
  readonly triggerRule: TriggerRule
  readonly retries: number
  readonly retryDelay: number
  readonly retryExponentialBackoff: number
  readonly maxRetryDelay: number
  readonly executionTimeout: number | null
  readonly owner: string
  readonly docMd: string | null
  readonly pool: string
  readonly poolSlots: number
  readonly priorityWeight: number
  readonly weightRule: string
  readonly queue: string
  readonly recorded: JsonObject
}
