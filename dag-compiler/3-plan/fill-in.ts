/**
 * Plan of the order → plan of what happens: each step learns what its state does and whether it holds the gate before it,
 * and a mapped task or group becomes a Map around a plan of its own.
 */
import type { Graph, GraphTask } from '../2-graph/graph.ts'
import { decompose } from './decompose.ts'
import { lower } from './lower.ts'
import { mapCountOf } from './map-count.ts'
import { bodyGraph, type MappedGroup } from './mapped-groups.ts'
import { orderOf } from './order.ts'
import { type Place, placesOf } from './places.ts'
import type { Plan } from './plan.ts'
import { reduceTransitively } from './reduce.ts'
import { canHoldGate, stepKindOf } from './step-kind.ts'

/** Iterations of a Map at the same time unless the author says otherwise: what an inline Map can do (Step Functions quota). */
const usualConcurrency = 40

export function fillIn(graph: Graph, groups: readonly MappedGroup[], plan: Plan): Plan {
  const tasks = new Map(graph.tasks.map((task) => [task.key, task]))
  const groupsById = new Map(groups.map((group) => [group.id, group]))
  const hasMaps = groups.length > 0 || graph.tasks.some(({ mapping }) => mapping !== undefined)
  const places: ReadonlyMap<string, Place> = hasMaps ? placesOf(plan) : new Map()
  return fill(plan)

  function fill(node: Plan): Plan {
    if (node.t === 'seq') return sequence(node.items.map(fill))
    if (node.t === 'par') return { t: 'par', branches: node.branches.map(fill) }
    if (node.t !== 'step') return node
    const group = groupsById.get(node.id)
    if (group) return groupMap(group)
    const task = tasks.get(node.id)!
    return task.mapping ? taskMap(task) : { ...node, exec: stepKindOf(task) }
  }

  /** A gate before a task that can hold it is no state of its own. */
  function sequence(items: readonly Plan[]): Plan {
    const merged: Plan[] = []
    for (const item of items) {
      const gate = merged.at(-1)
      const isHeld = gate?.t === 'gate' && item.t === 'step' && canHoldGate(tasks.get(item.id)!)
      if (isHeld) merged.splice(-1, 1, { ...item, gate })
      else merged.push(item)
    }
    return merged.length === 1 ? merged[0]! : { t: 'seq', items: merged }
  }

  function taskMap(task: GraphTask): Plan {
    const { key: id, spec } = task
    const body: Plan = { t: 'step', id: `${id}[]`, tasks: [id], exec: stepKindOf(task) }
    const concurrency = spec.maxActiveTisPerDagrun ?? usualConcurrency
    return { t: 'map', id, tasks: [id], concurrency, count: mapCountOf(graph, groups, places, task), body }
  }

  function groupMap(group: MappedGroup): Plan {
    const inner = bodyGraph(graph, group)
    const order = orderOf(inner)
    const body = fill(lower(decompose(reduceTransitively(order.successors), order.holding), order))
    const members = group.members.map(({ key }) => key)
    const count = mapCountOf(graph, groups, places, group)
    return { t: 'map', id: group.id, tasks: members, concurrency: usualConcurrency, count, body }
  }
}
