/** What the run table knows of a DAG: who it is, whether it is paused, and which version starts next. */
import type { DagOptions, ScheduleSpec } from './dag-manifest.ts'
import type { Wiring } from './wiring.ts'

export interface DagRecord {
  readonly dagId: string
  readonly file: string
  readonly schedule: ScheduleSpec
  readonly options: DagOptions
  readonly isPaused: boolean
  /** True once its deployment was removed; history stays readable. */
  readonly isStale: boolean
  readonly version: number
  readonly registeredAt: string
  /** First registration: start of the ledger of a DAG without `startDate`. */
  readonly createdAt: string
}

/** One immutable version of a DAG. The manifest is in the object store at `manifestKey`. */
export interface DagVersion {
  readonly dagId: string
  readonly version: number
  /** Equal digests are the same version: of the manifest without `bundleVersion`. */
  readonly digest: string
  readonly planHash: string
  readonly bundleVersion: string | null
  /** ARN of the published state machine version that runs of this version use. */
  readonly stateMachineVersionArn: string
  readonly manifestKey: string
  readonly createdAt: string
  /** Paths of the run's values that its machine reads; they are in the input of every execution. Absent: none. */
  readonly runValues?: Wiring['runValues']
  /** The deployment that registered this version last, where it has a name. */
  readonly requestId?: string
}
