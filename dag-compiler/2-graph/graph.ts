/**
 * The value of stage 2: a checked, acyclic graph. Every upstream is known, every id is legal and unique, and every
 * task carries the options that later stages read. `tasks` are in a topological order that is stable between compiles.
 */
import type {
  DecisionDefinition,
  FailureMode,
  GroupDefinition,
  MappingDefinition,
  OperatorDefinition,
  TaskInput,
  TaskSpecValue,
} from '../1-define/dag-definition.ts'

export interface Graph {
  readonly dagId: string
  readonly tasks: readonly GraphTask[]
  /** Every edge as written, redundant ones included; sorted by position of `from`, then of `to`. */
  readonly edges: readonly (readonly [from: string, to: string])[]
  readonly dagrunTimeout: number | null
  /** Absent: `isolate`. */
  readonly onFailure?: FailureMode
  /** Absent: 1024. */
  readonly maxMapLength?: number
  /** Outer groups before inner ones. Absent: none. */
  readonly groups?: readonly GroupDefinition[]
  /** Absent: none. */
  readonly decisions?: readonly GraphDecision[]
}

/**
 * A task that skips others when it succeeds. It chooses some of `options`; a candidate is skipped unless one of the
 * options that keep it was chosen. `latest_only` and approvals that skip are of the kind `short_circuit`, which has the one
 * option `*`: chosen means go on.
 */
export interface GraphDecision {
  readonly decider: string
  readonly kind: DecisionDefinition['kind']
  /** Ids of tasks and groups, in the author's order; for `if` [then] or [then, else]; `['*']` for `short_circuit`. */
  readonly options: readonly string[]
  /** For `if` without else, a choice of nothing skips `then` only. */
  readonly candidates: readonly { readonly task: string; readonly keptBy: readonly string[] }[]
}

export interface GraphTask {
  readonly taskId: string
  /** The task's key in state data and state names: its id, or a shortened id with a hash above 60 characters. */
  readonly key: string
  readonly operator: OperatorDefinition['kind']
  readonly options?: OperatorDefinition
  readonly group?: string
  readonly mapping?: MappingDefinition
  /** Setups whose end this task's turn depends on, besides its trigger rule (semantics §9). Absent: none. */
  readonly setups?: readonly string[]
  readonly isSetup?: true
  /** Direct setups of a teardown; its rule is then `all_done_setup_success` over them. */
  readonly teardown?: { readonly setups: readonly string[]; readonly onFailureFailDagrun: boolean }
  /** Decided by a decider somewhere upstream: may be skipped whatever its rule says. */
  readonly isCandidate?: true
  readonly inputs: Readonly<Record<string, TaskInput>>
  readonly spec: TaskSpecValue
  /** Direct upstreams as written, in topological order. Trigger rules count these. */
  readonly upstreams: readonly string[]
  readonly downstreams: readonly string[]
}
