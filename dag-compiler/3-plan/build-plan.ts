/** Graph → plan, and what the plan means for statuses that state data does not carry. */
import type { Graph } from '../2-graph/graph.ts'
import type { Path } from '../2-graph/service-references.ts'
import { type DeadPath, deadPathsOf } from './dead-paths.ts'
import { decompose } from './decompose.ts'
import { exposedPaths } from './exposed-values.ts'
import { fillIn } from './fill-in.ts'
import { type Links, linksOf } from './links.ts'
import { type ServiceFacts, serviceFactsOf } from './loads.ts'
import { lower } from './lower.ts'
import { contractGroups, type MappedGroup, mappedGroupsOf } from './mapped-groups.ts'
import type { Module } from './module.ts'
import { type Order, orderOf } from './order.ts'
import { type Place, placesOf } from './places.ts'
import type { Plan } from './plan.ts'
import { readersOf } from './readers.ts'
import { reduceTransitively } from './reduce.ts'
import { type SplitOptions, splitPlan } from './split.ts'

/** How the order of the graph falls apart. Everything after this recurses as deep as its Parallels nest. */
export interface Structure {
  readonly groups: readonly MappedGroup[]
  readonly order: Order
  readonly module: Module
}

export interface BuiltPlan {
  readonly plan: Plan
  readonly groups: readonly MappedGroup[]
  /** By task key, and by the id of a map. */
  readonly places: ReadonlyMap<string, Place>
  readonly links: Links
  /** By task key. */
  readonly deadPaths: ReadonlyMap<string, DeadPath>
  /** By key of the service task. */
  readonly services: ReadonlyMap<string, ServiceFacts>
  /** Task key → paths into its return value that state data must hold. */
  readonly exposes: ReadonlyMap<string, readonly Path[]>
}

export function structureOf(graph: Graph): Structure {
  const groups = mappedGroupsOf(graph)
  const order = orderOf(contractGroups(graph, groups))
  return { groups, order, module: decompose(reduceTransitively(order.successors), order.holding) }
}

export function buildPlan(graph: Graph, { groups, order, module }: Structure): BuiltPlan {
  return knowing(graph, groups, fillIn(graph, groups, lower(module, order)))
}

/** The plan with parts as child executions, and what that changes about who sees what. */
export function splitBuiltPlan(
  graph: Graph,
  { plan, groups }: BuiltPlan,
  options: Omit<SplitOptions, 'position'>,
): BuiltPlan {
  const position = new Map(graph.tasks.map(({ key }, at) => [key, at]))
  return knowing(graph, groups, splitPlan(plan, { ...options, position: (task) => position.get(task)! }))
}

function knowing(graph: Graph, groups: readonly MappedGroup[], plan: Plan): BuiltPlan {
  const places = placesOf(plan)
  const readers = readersOf(graph)
  const links = linksOf(graph, plan, places, groups, readers)
  const deadPaths = deadPathsOf(graph, plan, places, links, readers)
  const services = serviceFactsOf(graph, places)
  return { plan, groups, places, links, deadPaths, services, exposes: exposedPaths(graph) }
}
