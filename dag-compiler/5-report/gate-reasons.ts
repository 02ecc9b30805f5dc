/**
 * Why each gate is there, in terms an author can act on: the task behind it must wait for two tasks, of which one has a
 * further downstream that must not wait for the other. Sequences and Parallels cannot say that (compiler design §1).
 */
import type { Graph } from '../2-graph/graph.ts'
import type { GateItem } from '../3-plan/plan.ts'
import type { Reachability } from './reachability.ts'

export interface GateReason {
  readonly gate: string
  /** Task ids whose end the gate waits for. */
  readonly need: readonly string[]
  /** Why, in one sentence. */
  readonly because: string
  /** What would remove it; empty when nothing sensible would. */
  readonly without: string
  /** The three tasks that force it, with the one behind the gate first; fewer for a gate of an early rule. */
  readonly forcedBy: readonly string[]
}

export function gateReasons(graph: Graph, gates: readonly GateItem[], reach: Reachability): readonly GateReason[] {
  const idOf = new Map(graph.tasks.map(({ key, taskId }) => [key, taskId]))
  return gates.map((gate) => {
    const task = idOf.get(gate.id) ?? gate.id
    const need = gate.need.map((key) => idOf.get(key) ?? key)
    return { gate: gate.id, need, ...(gate.rule ? earlyReason(task, gate.rule) : crossingReason(task, need, reach)) }
  })
}

type Reason = Pick<GateReason, 'because' | 'without' | 'forcedBy'>

const earlyReason = (task: string, rule: string): Reason => ({
  because: `${task} has the rule ${rule}: it starts with the first upstream that decides it and waits for no other`,
  without: `a rule that waits for all upstreams, such as all_done, needs no gate here`,
  forcedBy: [task],
})

/** The smallest case of a graph that is not series-parallel, found around this task. */
function crossingReason(task: string, need: readonly string[], reach: Reachability): Reason {
  const crossing = findCrossing(task, reach)
  if (!crossing) {
    return {
      because: `${task} waits for ${need.join(', ')}, which run in other branches`,
      without: '',
      forcedBy: [task],
    }
  }
  const { shared, other, free } = crossing
  return {
    because: `${task} waits for ${shared} and ${other}, but ${free} follows ${shared} and must not wait for ${other}`,
    without: `${other} → ${free} as an edge, or no edge from ${shared} to ${task}`,
    forcedBy: [task, shared, other, free],
  }
}

interface Crossing {
  /** Upstream of the task and of `free`. */
  readonly shared: string
  /** Upstream of the task only. */
  readonly other: string
  readonly free: string
}

function findCrossing(task: string, reach: Reachability): Crossing | null {
  const upstreams = reach.nearestUpstreams(task)
  for (const shared of upstreams) {
    for (const free of reach.nearestDownstreams(shared)) {
      if (free === task || reach.follows(free, task) || reach.follows(task, free)) continue
      const other = upstreams.find((each) => each !== shared && !reach.follows(free, each))
      if (other !== undefined) return { shared, other, free }
    }
  }
  return null
}
