/**
 * What the runtime must know of a plan: per task its direct upstreams, its rule and the gates it feeds; per gate what
 * it waits for. It is content-hashed; the hash travels in every call, so that code of one plan never answers for another.
 */
import type { EarlyRule, TriggerRule } from './trigger-rule.ts'

export interface Wiring {
  /** Content hash of the rest. */
  readonly hash: string
  readonly dagId: string
  /** By task key, in topological order. */
  readonly tasks: Readonly<Record<string, TaskWiring>>
  /** By gate id. */
  readonly gates: Readonly<Record<string, GateWiring>>
  /** Keys of the tasks that decide the run's verdict (semantics §2). */
  readonly leaves: readonly string[]
  /** Absent: `isolate`. */
  readonly onFailure?: 'isolate' | 'failFast' | 'drain'
  /** Id of a mapped group → what maps it and its members' keys. An `expand` call of the group names this id. Absent: none. */
  readonly groups?: Readonly<Record<string, GroupWiring>>
  /** Values of the run that its service states read: the launcher puts them into the execution's input. Absent: none. */
  readonly runValues?: readonly (readonly string[])[]
  /** Id of a child execution → keys of its tasks. Absent: none. */
  readonly children?: Readonly<Record<string, readonly string[]>>
}

export interface GroupWiring {
  readonly mapped: MappedWiring
  readonly members: readonly string[]
}

export interface TaskWiring {
  readonly taskId: string
  /** Kind of the operator (`OperatorDefinition` in the compiler); its options are in the bundle's DAG file. */
  readonly operator: string
  readonly triggerRule: TriggerRule
  /** Keys of the direct upstreams, as written. */
  readonly upstreams: readonly string[]
  /** Ids of the gates this task's status must reach. */
  readonly feeds: readonly string[]
  readonly retries: number
  readonly executionTimeout: number | null
  readonly doXcomPush: boolean
  /** The task skips others when it succeeds. */
  readonly decision?: DecisionWiring
  /** Keys of setups whose end this task's turn depends on besides its rule. */
  readonly setups?: readonly string[]
  /** Keys of the direct setups of a teardown; `all_done_setup_success` counts these. */
  readonly teardownOf?: readonly string[]
  /** One instance per element. Calls for an instance carry its index. */
  readonly mapped?: MappedWiring
  /** Members of a mapped group name the group; their instances have its indexes. */
  readonly mappedGroup?: string
  /** Runs without a wrapper: Step Functions calls the service, records come from the state data. */
  readonly isService?: true
  /** Paths of its return value that service states read from the state data, as `v`. */
  readonly exposes?: readonly (readonly (string | number)[])[]
}

export interface DecisionWiring {
  readonly kind: 'if' | 'switch' | 'branch' | 'short_circuit'
  /** Keys of tasks, or `*`. */
  readonly options: readonly string[]
  /** Task key → options that keep it from being skipped. */
  readonly candidates: Readonly<Record<string, readonly string[]>>
}

export interface MappedWiring {
  /** Most instances; a producer whose array is longer fails. */
  readonly maxLength: number
  /** Keys of the tasks whose return values the mapping reads. */
  readonly over: readonly string[]
  /** The Map reads the lengths of these values from the state data: no `expand` call comes first. */
  readonly byLength?: true
}

export interface GateWiring {
  /** Keys of the tasks the gate waits for; position = attribute of the gate item. */
  readonly need: readonly string[]
  /**
   * Opens the gate as soon as this rule is decided, instead of when all have arrived. Such a gate belongs to one task: its
   * id is the task's key and `need` are the task's direct upstreams.
   */
  readonly rule?: EarlyRule
  /** Positions that must have arrived before the rule may open the gate: setups of the task. Absent: none. */
  readonly must?: readonly number[]
  /** Inside this mapped group: one gate per index, whose id is `gateIdAt(id, index)`. */
  readonly mappedGroup?: string
}

/** Id of a gate inside a mapped group, at one index. `#` is in no task key. */
export const gateIdAt = (gate: string, index: number): string => `${gate}#${index}`

/** @throws Error for a key that is not in the plan. */
export function taskOf(wiring: Wiring, key: string): TaskWiring {
  const task = Object.hasOwn(wiring.tasks, key) ? wiring.tasks[key] : undefined
  if (task) return task
  throw new Error(`Plan ${wiring.hash} of DAG "${wiring.dagId}" has no task "${key}". Please report this bug.`)
}
