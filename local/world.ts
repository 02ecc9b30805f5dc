/** What the faces see of a running local world. */
import type { Problem } from '../dag-compiler/index.ts'

export interface WorldOptions {
  /** Folder that DAG paths in records are relative to. */
  readonly projectDir: string
  /** DAG file or folder of them. */
  readonly dagsPath: string
  /** All state of the world lives here. @default `.stepdag` under `projectDir` */
  readonly stateDir: string
  /** Port of the HTTP API on 127.0.0.1; 0 takes a free one. */
  readonly port: number
  /** False: no schedule fires; for a world that lives for one command. */
  readonly schedules: boolean
  /** True: recompile and register when a DAG file changes. */
  readonly watch: boolean
  /** What happens, for a person to read: one line each. */
  readonly report: (event: WorldEvent) => void
}

export type WorldEvent =
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] }
  | { readonly kind: 'registered'; readonly dagId: string; readonly version: number; readonly nextTick: string | null }
  | {
      readonly kind: 'run'
      readonly dagId: string
      readonly runId: string
      readonly state: 'running' | 'success' | 'failed'
    }
  /** Output of a task, line by line. */
  | { readonly kind: 'log'; readonly functionName: string; readonly line: string }
  /** Something the world healed or worked around; nothing is lost. */
  | { readonly kind: 'notice'; readonly what: string; readonly fix: string | null }

export interface World {
  /** `http://127.0.0.1:<port>`; the API is under `/api/v2`. */
  readonly apiUrl: string
  readonly endpoints: {
    readonly stepFunctions: string
    readonly dynamodb: string
    readonly s3: string
    readonly lambda: string
    /** SQS, SNS and EventBridge. */
    readonly messages: string
  }
  readonly dagIds: readonly string[]
  readonly problems: readonly Problem[]
  /** Ends cleanly: running executions go on at the next start. */
  close(): Promise<void>
}

/** A world that cannot start, for a reason the user can change. Rendered like any problem. */
export class WorldProblem extends Error {
  override readonly name = 'WorldProblem'
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.what)
    this.problem = problem
  }
}

/** `.stepdag/world.json` while a world runs: how other commands find it. */
export interface WorldFile {
  readonly pid: number
  readonly startedAt: string
  /** Tells the process from a later one of the same number; null where the system does not say. */
  readonly processStartedAt: string | null
  readonly apiUrl: string
  readonly endpoints: World['endpoints']
}
