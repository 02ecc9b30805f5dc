/** What the launcher needs from outside. */
import type { ExecutionInput, RunStore } from '../../run-model/index.ts'

export interface LauncherPorts {
  readonly store: Pick<
    RunStore,
    | 'getDag'
    | 'listDags'
    | 'getDagVersion'
    | 'getLedger'
    | 'putLedger'
    | 'createRun'
    | 'getRun'
    | 'startRun'
    | 'finishRun'
    | 'listOpenRuns'
  >
  readonly executions: ExecutionStarter
  /** False: no tick becomes due, for a local world that lives for one command. Runs that exist are started all the same. */
  readonly firesSchedules: boolean
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: () => number
  /** Eight random letters or digits. */
  readonly randomSuffix: () => string
  /** Notes something that went wrong and will be made good later. */
  readonly warn: (what: string, error: unknown) => void
  /** Hex digest of a text. */
  readonly sha256: (text: string) => string
}

export interface ExecutionStarter {
  /**
   * Starts an execution under a name. Idempotent: `started` also when it runs already with this input. `name_taken`: an
   * execution of this name has ended. `no_machine`: the state machine version does not exist.
   */
  start(execution: {
    readonly stateMachineVersionArn: string
    readonly name: string
    readonly input: ExecutionInput
  }): Promise<'started' | 'name_taken' | 'no_machine'>
}
