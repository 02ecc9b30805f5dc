/**
 * History events of a plan when everything that can be repeated is, and everything fails in the end: what must fit into
 * one execution's history (design §4.10, §13). Not counted: repeats after infrastructure errors.
 */
import type { Graph, GraphTask } from '../2-graph/graph.ts'
import type { MapItem, Plan, StepItem, StepKind } from '../3-plan/plan.ts'
import { mostPokes } from '../3-plan/pokes.ts'
import { events } from './events.ts'
import { longestWaitSeconds, rearmSeconds } from './waits.ts'

/** The default of `maxMapLength` (semantics §12). */
export const usualMaxMapLength = 1024

const mostInlineAtATime = 40
/** Of 25,000 events; the rest is for what stands around the Map. */
const budgetOfMap = 20_000

/** What a graph says about the histories of its machines. Made once per graph: the machines of an oversized one are many. */
export interface Histories {
  /** @param plan of a machine, or a part of one */
  readonly worstCase: (plan: Plan) => number
  /**
   * Whether a Map's iterations are executions of their own. An inline Map is cheaper to watch and starts at once, but runs at
   * most 40 iterations at a time and shares one history with the rest of the run (Step Functions quotas).
   */
  readonly isDistributed: (map: MapItem) => boolean
}

export function historiesOf(graph: Graph): Histories {
  const tasks = new Map(graph.tasks.map((task) => [task.key, task]))
  let rearms: number | undefined
  return { worstCase: visit, isDistributed }

  function visit(node: Plan): number {
    switch (node.t) {
      case 'step':
        return visitStep(node)
      case 'gate':
        return waitingAtGate()
      case 'child':
        // Its execution has a history of its own; when that fails as a whole, a call tells of it.
        return events.waiting + events.task + events.plain
      case 'map':
        return visitMap(node)
      case 'par':
        return node.branches.reduce<number>((sum, branch) => sum + visit(branch), events.parallel)
      case 'seq':
        return node.items.reduce<number>((sum, item) => sum + visit(item), 0)
    }
  }

  function visitStep({ tasks: [key], exec, gate }: StepItem): number {
    const task = tasks.get(key!)!
    if (!gate) return worstEventsOfTask(task, exec)
    return waitingAtGate() + events.rearm * task.spec.retries + afterFailure
  }

  function waitingAtGate(): number {
    rearms ??= Math.ceil(longestWaitSeconds(graph) / rearmSeconds)
    return events.waiting + events.rearm * rearms
  }

  /** A `expand` call before it and an `arrive` behind it are counted whether they are there or not. */
  function visitMap(map: MapItem): number {
    const own = isDistributed(map) ? events.distributedMap : events.map + inlineEvents(map)
    return own + 2 * events.task + events.plain
  }

  function isDistributed(map: MapItem): boolean {
    return map.concurrency > mostInlineAtATime || inlineEvents(map) > budgetOfMap
  }

  function inlineEvents(map: MapItem): number {
    return mostInstances(graph, map) * (events.iteration + visit(map.body))
  }
}

/** Longest Map that can be: the literal's own length, else the DAG's limit. */
export function mostInstances({ maxMapLength = usualMaxMapLength }: Graph, { count }: MapItem): number {
  return count.by === 'entries' && count.of.length === 0 ? count.times : maxMapLength
}

/** The call behind a failure and a landing: counted whether they are there or not. */
const afterFailure = events.task + events.plain

function worstEventsOfTask({ spec, options }: GraphTask, exec: StepKind): number {
  if (exec === 'token') return events.waiting + events.rearm * (3 * spec.retries + 2) + afterFailure
  const pokes = exec === 'sensor' && options?.kind === 'sensor' ? mostPokes(options) : 0
  const around = exec === 'service' ? events.plain + 2 * events.task : 0
  return (
    (exec === 'service' ? events.waiting : events.task) +
    around +
    events.retriedTry * (spec.retries + pokes) +
    afterFailure
  )
}
