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
}

export interface TaskWiring {
  readonly taskId: string
  readonly operator: 'task' | 'empty'
  readonly triggerRule: TriggerRule
  /** Keys of the direct upstreams, as written. */
  readonly upstreams: readonly string[]
  /** Ids of the gates this task's status must reach. */
  readonly feeds: readonly string[]
  readonly retries: number
  readonly executionTimeout: number | null
  readonly doXcomPush: boolean
}

export interface GateWiring {
  /** Keys of the tasks the gate waits for; position = attribute of the gate item. */
  readonly need: readonly string[]
  /**
   * Opens the gate as soon as this rule is decided, instead of when all have arrived. Such a gate belongs to one task: its
   * id is the task's key and `need` are the task's direct upstreams.
   */
  readonly rule?: EarlyRule
}

/** @throws Error for a key that is not in the plan. */
export function taskOf(wiring: Wiring, key: string): TaskWiring {
  const task = Object.hasOwn(wiring.tasks, key) ? wiring.tasks[key] : undefined
  if (task) return task
  throw new Error(`Plan ${wiring.hash} of DAG "${wiring.dagId}" has no task "${key}". Please report this bug.`)
}
