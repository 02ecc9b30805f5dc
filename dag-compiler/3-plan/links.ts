/**
 * Which statuses must leave the state data: those that gates wait for, and those that a task needs but does not see where
 * it stands. Such a task is linked; whoever ends it writes its record and tells its gates (design §4.7).
 */
import type { GateWiring } from '../../run-model/index.ts'
import type { Graph, GraphTask } from '../2-graph/graph.ts'
import { type Place, sees } from './places.ts'
import type { Plan } from './plan.ts'

export interface Links {
  /** By gate id. */
  readonly gates: ReadonlyMap<string, GateWiring>
  /** Task key → ids of the gates it feeds. */
  readonly feeds: ReadonlyMap<string, readonly string[]>
  readonly linked: ReadonlySet<string>
}

export function linksOf(graph: Graph, plan: Plan, places: ReadonlyMap<string, Place>): Links {
  const gates = new Map(gatesOf(plan).map(({ t: _, id, ...gate }) => [id, gate]))
  const feeds = new Map<string, string[]>()
  for (const [gate, { need }] of gates) {
    for (const task of need) feeds.set(task, [...(feeds.get(task) ?? []), gate])
  }
  return { gates, feeds, linked: new Set([...feeds.keys(), ...unseen(graph, places)]) }
}

function gatesOf(plan: Plan): Extract<Plan, { t: 'gate' }>[] {
  if (plan.t === 'gate') return [plan]
  if (plan.t === 'seq') return plan.items.flatMap(gatesOf)
  return plan.t === 'par' ? plan.branches.flatMap(gatesOf) : []
}

function unseen(graph: Graph, places: ReadonlyMap<string, Place>): string[] {
  const place = new Map(graph.tasks.map((task) => [task.taskId, places.get(task.key)!]))
  const ignoresUpstreams = new Set(graph.tasks.filter(isAlways).map((task) => task.taskId))
  const isUnseen = (upstream: string) => (downstream: string) =>
    !ignoresUpstreams.has(downstream) && !sees(place.get(downstream)!, place.get(upstream)!)
  return graph.tasks.filter((task) => task.downstreams.some(isUnseen(task.taskId))).map((task) => task.key)
}

const isAlways = (task: GraphTask): boolean => task.spec.triggerRule === 'always'
