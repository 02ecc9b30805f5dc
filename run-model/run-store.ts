/**
 * The port to the run table. One suite (`test/conformance/run-store.suite.ts`) says what every implementation does.
 * All writes are conditional or idempotent: each may be delivered twice, and two writers may race.
 */
import type { DagManifest } from './dag-manifest.ts'
import type { DagRecord, DagVersion } from './dag-record.ts'
import type { JsonValue } from './json.ts'
import type { Ledger } from './ledger.ts'
import type { FailedRun, QueuedRun, Run, RunningRun, RunRef, RunState, SucceededRun } from './run.ts'
import type { StateEntry, TaskCall } from './task-call.ts'
import type { TaskInstance } from './task-instance.ts'

export interface Page<T> {
  readonly items: readonly T[]
  /** All that match, exact up to 10,000. */
  readonly total: number
}

export interface RunQuery {
  /** Absent: across DAGs. */
  readonly dagId?: string
  /** Absent or empty: any state. */
  readonly states?: readonly RunState[]
  /** Bounds on `runAfter`, RFC 3339, inclusive. */
  readonly runAfterGte?: string
  readonly runAfterLte?: string
  /** By `runAfter`, then run id. @default 'newest' */
  readonly order?: 'newest' | 'oldest'
  readonly limit: number
  readonly offset: number
}

export interface XComEntry {
  readonly taskId: string
  readonly mapIndex: number
  readonly key: string
  readonly value: JsonValue
  readonly timestamp: string
}

export interface RunStore {
  // DAGs and their versions
  getDag(dagId: string): Promise<DagRecord | null>
  /** Every DAG, by id. */
  listDags(): Promise<readonly DagRecord[]>
  /** Makes `version` the DAG's current one and stores its manifest. Calling it again changes nothing. */
  putDagVersion(dag: DagRecord, version: DagVersion, manifest: DagManifest): Promise<void>
  getDagVersion(dagId: string, version: number): Promise<DagVersion | null>
  /** Newest first. */
  listDagVersions(dagId: string): Promise<readonly DagVersion[]>
  getManifest(version: Pick<DagVersion, 'manifestKey'>): Promise<DagManifest>
  /** The manifest whose wiring has this hash. */
  getManifestByPlan(dagId: string, planHash: string): Promise<DagManifest | null>
  setPaused(dagId: string, isPaused: boolean): Promise<DagRecord | null>
  setStale(dagId: string): Promise<void>

  // Ledger
  getLedger(dagId: string): Promise<Ledger>
  /** Writes only if the stored ledger still has `expected`'s revision; answers whether it wrote. */
  putLedger(dagId: string, expected: Ledger, next: Ledger): Promise<boolean>

  // Runs
  /**
   * Creates a run unless its run id or its logical date is taken. Repeating the call for the same run answers
   * `exists` with the stored run; a logical date held by another run answers `logical_date_taken` with that run's id.
   */
  createRun(
    run: QueuedRun,
  ): Promise<
    | { readonly outcome: 'created'; readonly run: QueuedRun }
    | { readonly outcome: 'exists'; readonly run: Run }
    | { readonly outcome: 'logical_date_taken'; readonly runId: string }
  >
  getRun(ref: RunRef): Promise<Run | null>
  /** Queued → running. Answers the stored run; a run that already left the queue is left alone. */
  startRun(run: RunningRun): Promise<Run | null>
  /** Running → success or failed, only for the run's current execution. Answers the stored run. */
  finishRun(run: SucceededRun | FailedRun): Promise<Run | null>
  /**
   * Notes on a running run that a task failed for good, so that tasks which have not begun are skipped; only for the run's
   * current execution. Repeating it changes nothing.
   */
  markRunFailing(ref: RunRef, execution: string): Promise<void>
  listRuns(query: RunQuery): Promise<Page<Run>>
  /** Queued and running runs, oldest first; of one DAG or of all. */
  listOpenRuns(dagId?: string): Promise<readonly Run[]>
  latestRun(dagId: string): Promise<Run | null>

  // Task instances
  getTaskInstance(ref: RunRef, taskId: string, mapIndex?: number): Promise<TaskInstance | null>
  /** In one batch; absent ones are left out. */
  getTaskInstances(ref: RunRef, taskIds: readonly string[]): Promise<readonly TaskInstance[]>
  /** Every record of the run. */
  listTaskInstances(ref: RunRef): Promise<readonly TaskInstance[]>
  /**
   * Writes `next` if the stored record still equals `seen` in state, try number and holder (of its lease, or else its wait) (`null`: no record).
   * Answers what is stored afterwards and whether this call wrote it.
   */
  putTaskInstance(
    seen: TaskInstance | null,
    next: TaskInstance,
  ): Promise<{ readonly written: boolean; readonly stored: TaskInstance }>

  // XCom
  /** Inline up to 32 KiB of JSON, in the object store above; readers cannot tell. */
  putXCom(ref: RunRef, entry: XComEntry): Promise<void>
  getXCom(ref: RunRef, taskId: string, key: string, mapIndex?: number): Promise<XComEntry | null>
  /** Of one task instance, by key. */
  listXComs(ref: RunRef, taskId: string, mapIndex?: number): Promise<readonly XComEntry[]>
  /** One key of every instance of a mapped task that pushed it, by map index. */
  listMappedXComs(ref: RunRef, taskId: string, key: string): Promise<readonly XComEntry[]>
  deleteXComs(ref: RunRef, taskId: string, mapIndex?: number): Promise<void>

  // Gates (compiler design §6)
  /** Records how `need[position]` ended at a gate and answers the gate as it then stands. */
  arriveAtGate(execution: string, gate: string, position: number, entry: StateEntry): Promise<GateItem>
  /** Sets the flag; never cleared. Answers the gate as it then stands. */
  openGate(execution: string, gate: string): Promise<GateItem>
  /**
   * Leaves a task's call at its gate, in place of one that was left before; only while the gate is closed. Answers whether
   * it lies there: false means that the gate is open and nobody will come for the call.
   */
  holdGate(execution: string, gate: string, held: HeldCall): Promise<boolean>
  /** The gate as it stands; one that nobody has reached is closed and empty. */
  getGate(execution: string, gate: string): Promise<GateItem>

  // Variables
  getVariable(key: string): Promise<string | null>
  setVariable(key: string, value: string): Promise<void>
  deleteVariable(key: string): Promise<void>
}

export interface GateItem {
  /** By position in `need`; absent = not arrived. */
  readonly arrived: Readonly<Record<number, StateEntry>>
  readonly open: boolean
  /** Of a state that is the gate and nothing else. */
  readonly token: string | null
  /** Of a state that is the gate and its task in one. */
  readonly held: HeldCall | null
}

/** A task's call, left at its gate by the function that got it. */
export interface HeldCall {
  /** ARN of that function, with its version: whoever opens the gate calls this one again. */
  readonly fn: string
  readonly call: TaskCall
}
