/**
 * The graph as numbers: task → position in topological order, edges as pairs of positions. Every later step of the plan
 * works on positions; an edge always leads from a smaller to a larger one.
 */
import { type EarlyRule, isEarlyRule } from '../../run-model/index.ts'
import type { Graph, GraphTask } from '../2-graph/graph.ts'

export interface Order {
  /** Task keys by position. */
  readonly keys: readonly string[]
  /** Positions of the direct downstreams that wait until the task is done; as written, ascending. */
  readonly successors: readonly (readonly number[])[]
  /** Position → what starts a task that must not wait for all of its upstreams. */
  readonly earlyGates: ReadonlyMap<number, EarlyGate>
}

export interface EarlyGate {
  readonly rule: EarlyRule
  /** Positions of the direct upstreams, ascending. */
  readonly need: readonly number[]
}

/** Which edges are structure: not those into a task with a gate of its own, nor those into `always` (design §4.2). */
export function orderOf(graph: Graph): Order {
  const position = new Map(graph.tasks.map((task, index) => [task.taskId, index]))
  const successors: number[][] = graph.tasks.map(() => [])
  const earlyGates = new Map<number, EarlyGate>()
  graph.tasks.forEach((task, at) => {
    const need = task.upstreams.map((upstream) => position.get(upstream)!)
    const rule = ownGateRule(task)
    if (rule) earlyGates.set(at, { rule, need })
    else if (task.spec.triggerRule !== 'always') for (const from of need) successors[from]!.push(at)
  })
  return { keys: graph.tasks.map((task) => task.key), successors, earlyGates }
}

/** Null without upstreams, where no gate would ever open, and with one, where "one" and "all" are decided together. */
function ownGateRule({ spec, upstreams }: GraphTask): EarlyRule | null {
  return upstreams.length > 1 && isEarlyRule(spec.triggerRule) ? spec.triggerRule : null
}
