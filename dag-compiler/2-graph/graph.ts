/**
 * The value of stage 2: a checked, acyclic graph. Every upstream is known, every id is legal and unique, and every
 * task carries the options that later stages read. `tasks` are in a topological order that is stable between compiles.
 */
import type { TaskInput, TaskSpecValue } from '../1-define/dag-definition.ts'

export interface Graph {
  readonly dagId: string
  readonly tasks: readonly GraphTask[]
  /** Every edge as written, redundant ones included; sorted by position of `from`, then of `to`. */
  readonly edges: readonly (readonly [from: string, to: string])[]
  readonly dagrunTimeout: number | null
}

export interface GraphTask {
  readonly taskId: string
  /** The task's key in state data and state names: its id, or a shortened id with a hash above 60 characters. */
  readonly key: string
  readonly operator: 'task' | 'empty'
  readonly inputs: Readonly<Record<string, TaskInput>>
  readonly spec: TaskSpecValue
  /** Direct upstreams as written, in topological order. Trigger rules count these. */
  readonly upstreams: readonly string[]
  readonly downstreams: readonly string[]
}
