/**
 * One line of an execution's log: an AWS history event (`id` > 0), or a note of ours (`id` 0, type starts with `~`) that
 * AWS keeps to itself. Invariant: state is a function of the entries alone; nothing is evaluated again when they are replayed.
 */
export interface Entry {
  readonly type: string
  readonly id: number
  readonly previousId: number
  readonly atMs: number
  /** Scope it belongs to; 0 is the execution's own. */
  readonly scope: number
  /** What AWS shows, under the member named after the type. */
  readonly details?: Details
  /** What only the engine needs to rebuild its state. */
  readonly own?: Own
}

/** Payloads are JSON text, as on AWS's wire. */
export interface Details {
  readonly name?: string
  readonly input?: string
  readonly output?: string
  readonly error?: string
  readonly cause?: string
  readonly state?: string
  readonly location?: string
  readonly resource?: string
  readonly resourceType?: string
  readonly region?: string
  readonly parameters?: string
  readonly roleArn?: string
  readonly stateMachineVersionArn?: string
  readonly stateMachineAliasArn?: string
  readonly assignedVariables?: Readonly<Record<string, string>>
  readonly length?: number
  readonly index?: number
  readonly timeoutInSeconds?: number
  readonly heartbeatInSeconds?: number
  readonly mapRunArn?: string
  readonly redriveCount?: number
  readonly workerName?: string
}

export interface Own {
  /** ExecutionStarted: which execution this is. */
  readonly execution?: ExecutionIdentity
  /** …StateExited: the state that follows; absent at the end of a region. */
  readonly next?: string
  readonly untilMs?: number
  /** ~RetryScheduled: which retrier; ~RetryScheduled and ~WaitScheduled: `untilMs`. */
  readonly retrier?: number
  /** …Failed, ~ChildFailed and ~RetryScheduled: the world stopped during the call, so its retry is not counted. */
  readonly interrupted?: true
  readonly error?: string
  readonly cause?: string
  readonly token?: string
  readonly timeoutAtMs?: number
  readonly heartbeatSeconds?: number
  readonly outcome?: TaskOutcome
  /** Parallel: one input for all branches. Map iteration: its input. */
  readonly input?: string
  readonly items?: readonly string[]
  readonly maxConcurrency?: number
  readonly item?: string
  readonly branches?: number
  /** ~ChildFailed: the last event of the child that failed; the container's next event follows it. */
  readonly lastEventId?: number
  /** TaskSubmitted of a `.sync` task: ARN of the execution it waits for. */
  readonly child?: string
  /** MapRunStarted: what its children get, and what it bears. */
  readonly mapRun?: MapRunPlan
  /** ~MapRunUpdated: what UpdateMapRun changes. */
  readonly limits?: MapRunLimits
  /** ~ItemEnded: which item. */
  readonly ended?: number
  /** ~ItemsRead: the children's inputs. */
  readonly inputs?: readonly string[]
  /** ExecutionRedriven: the caller's idempotency token. */
  readonly clientToken?: string
}

export interface MapRunPlan {
  /** Names the children's machine: `<machine>/<label>`. */
  readonly label: string
  readonly inputs: readonly string[]
  /** 0: as many as AWS allows. */
  readonly maxConcurrency: number
  /** Failed children that do not fail the Map Run; null when a percentage alone says it. */
  readonly toleratedCount: number | null
  readonly toleratedPercentage: number | null
  /** The call that reads the items (states/item-reader.ts), while they are not known. */
  readonly reading?: string
  /** What is made of the results; absent: they are the state's result as they are. */
  readonly writer?: ResultWriterPlan
}

export type MapRunLimits = Partial<Pick<MapRunPlan, 'maxConcurrency' | 'toleratedCount' | 'toleratedPercentage'>>

export interface ResultWriterPlan {
  /** Null: nothing is written, only transformed. */
  readonly bucket: string | null
  readonly prefix: string
  readonly transformation: 'NONE' | 'COMPACT' | 'FLATTEN'
  readonly outputType: 'JSON' | 'JSONL'
}

/** The step of an execution that started another one. */
export interface StartedBy {
  readonly machineName: string
  readonly executionName: string
  readonly eventId: number
  /** Stopped with it: a `.sync` task or a Map Run. */
  readonly waits: boolean
}

export interface ExecutionIdentity {
  readonly arn: string
  readonly name: string
  readonly machineName: string
  readonly machineArn: string
  readonly versionArn: string | null
  /** The alias it was started through. */
  readonly aliasArn?: string
  readonly roleArn: string
  readonly definitionHash: string
  /** Its name in the storage, where that is not its own: names of EXPRESS executions repeat. */
  readonly storedAs?: string
  /** Where a child of a Map Run begins; absent: at the machine's own start. */
  readonly regionPath?: string
  /** Its own limit, instead of the machine's. */
  readonly timeoutSeconds?: number
  readonly startedBy?: StartedBy
  readonly mapRunArn?: string
  /** A state that is tested by itself: what its context object shows instead of the execution's own. */
  readonly testContext?: Readonly<Record<string, unknown>>
}

export type TaskOutcome =
  | { readonly ok: true; readonly output: string }
  | {
      readonly ok: false
      readonly error: string
      readonly cause: string
      /** The world stopped while the call was in flight. */
      readonly interrupted?: true
    }

const sharedDetails: readonly (readonly [RegExp, string])[] = [
  [/StateEntered$/, 'stateEnteredEventDetails'],
  [/StateExited$/, 'stateExitedEventDetails'],
]

/** Events that carry no details on AWS. */
const bare =
  /^(LambdaFunctionStarted|(Parallel|Map)State(Started|Succeeded|Failed|Aborted)|(Task|Wait)StateAborted|MapRun(Succeeded|Aborted))$/

/** The member of a HistoryEvent that holds the details of this type, or null when AWS shows none. */
export function detailsMember(type: string): string | null {
  if (type === 'MapStateStarted') return 'mapStateStartedEventDetails'
  if (bare.test(type)) return null
  const shared = sharedDetails.find(([pattern]) => pattern.test(type))
  return shared ? shared[1] : `${type[0]!.toLowerCase()}${type.slice(1)}EventDetails`
}
