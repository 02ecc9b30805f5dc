/**
 * The graph as numbers: task → position in topological order, edges as pairs of positions. Every later step of the plan
 * works on positions; an edge always leads from a smaller to a larger one.
 */
import { type EarlyRule, isEarlyRule } from '../../run-model/index.ts'
import type { Graph, GraphTask } from '../2-graph/graph.ts'
import { mappingReferences } from '../2-graph/references.ts'
import { canHoldGate } from './step-kind.ts'

export interface Order {
  /** Task keys by position. */
  readonly keys: readonly string[]
  /** Positions of the direct downstreams that wait until the task is done; as written, ascending. */
  readonly successors: readonly (readonly number[])[]
  /** Position → what starts a task that must not wait for all of its upstreams. */
  readonly earlyGates: ReadonlyMap<number, EarlyGate>
  /** Whether the task at a position can hold a gate in its own state. */
  readonly holding: (position: number) => boolean
}

export interface EarlyGate {
  readonly rule: EarlyRule
  /** Positions of the direct upstreams, ascending; behind them the task's setups that are none. */
  readonly need: readonly number[]
}

/** Which edges are structure: not those into a task with a gate of its own, nor those into `always` (design §4.2). */
export function orderOf(graph: Graph): Order {
  const position = new Map(graph.tasks.map((task, index) => [task.taskId, index]))
  const mapped = new Set(graph.tasks.flatMap(({ taskId, mapping }) => (mapping ? [taskId] : [])))
  const successors: number[][] = graph.tasks.map(() => [])
  const earlyGates = new Map<number, EarlyGate>()
  graph.tasks.forEach((task, at) => {
    const need = awaited(task).map((upstream) => position.get(upstream)!)
    const rule = ownGateRule(task, mapped)
    if (rule) earlyGates.set(at, { rule, need })
    else for (const from of need) successors[from]!.push(at)
  })
  const holding = (at: number): boolean => canHoldGate(graph.tasks[at]!)
  return { keys: graph.tasks.map((task) => task.key), successors, earlyGates, holding }
}

/** Upstreams whose end a task waits for, and what its turn depends on whatever its rule. */
export function awaited(task: GraphTask): readonly string[] {
  const counted = task.spec.triggerRule === 'always' ? [] : task.upstreams
  const required = requiredBy(task)
  return required.length > 0 ? [...new Set([...counted, ...required])] : counted
}

/** Setups, and tasks whose lists it is mapped over: no rule lets a task start before they have ended. */
export function requiredBy({ setups = [], mapping }: GraphTask): readonly string[] {
  return mapping ? [...setups, ...mappingReferences(mapping)] : setups
}

/**
 * Null without upstreams, where no gate would ever open, and with one, where "one" and "all" are decided together unless
 * it has many instances.
 */
function ownGateRule({ spec, upstreams }: GraphTask, mapped: ReadonlySet<string>): EarlyRule | null {
  const isMany = upstreams.length > 1 || upstreams.some((upstream) => mapped.has(upstream))
  return isMany && isEarlyRule(spec.triggerRule) ? spec.triggerRule : null
}
