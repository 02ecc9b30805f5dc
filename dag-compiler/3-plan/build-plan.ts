/** Graph → plan, and what the plan means for statuses that state data does not carry. */
import type { Graph } from '../2-graph/graph.ts'
import { type DeadPath, deadPathsOf } from './dead-paths.ts'
import { decompose } from './decompose.ts'
import { type Links, linksOf } from './links.ts'
import { lower } from './lower.ts'
import type { Module } from './module.ts'
import { orderOf } from './order.ts'
import { placesOf } from './places.ts'
import type { Plan } from './plan.ts'
import { reduceTransitively } from './reduce.ts'

export interface BuiltPlan {
  readonly plan: Plan
  readonly links: Links
  /** By task key. */
  readonly deadPaths: ReadonlyMap<string, DeadPath>
}

/** How the order of the graph falls apart. Everything after this recurses as deep as its Parallels nest. */
export function structureOf(graph: Graph): Module {
  return decompose(reduceTransitively(orderOf(graph).successors))
}

export function buildPlan(graph: Graph, structure: Module): BuiltPlan {
  const plan = lower(structure, orderOf(graph))
  const places = placesOf(plan)
  const links = linksOf(graph, plan, places)
  return { plan, links, deadPaths: deadPathsOf(graph, plan, places, links) }
}
