/**
 * Which statuses must leave the state data: those that gates wait for, and those that a task needs but does not see where
 * it stands. Such a task is linked; whoever ends it writes its record and tells its gates (design §4.7).
 */
import type { GateWiring } from '../../run-model/index.ts'
import type { Graph, GraphTask } from '../2-graph/graph.ts'
import type { MappedGroup } from './mapped-groups.ts'
import { requiredBy } from './order.ts'
import { type Place, sees } from './places.ts'
import type { GateItem, Plan } from './plan.ts'
import { gateAt, insideOf } from './plan-items.ts'
import type { Readers } from './readers.ts'

export interface Links {
  /** By gate id. */
  readonly gates: ReadonlyMap<string, GateWiring>
  /** Task key → ids of the gates it feeds. */
  readonly feeds: ReadonlyMap<string, readonly string[]>
  /** Tasks of which somebody must hear outside of the state data; of a mapped task once its Map is over. */
  readonly linked: ReadonlySet<string>
  /** Mapped tasks of whose instances somebody must hear before their Map is over. */
  readonly linkedInside: ReadonlySet<string>
}

export function linksOf(
  graph: Graph,
  plan: Plan,
  places: ReadonlyMap<string, Place>,
  groups: readonly MappedGroup[],
  readers: Readers,
): Links {
  const taskByKey = new Map(graph.tasks.map((task) => [task.key, task]))
  const keyOf = new Map(graph.tasks.map((task) => [task.taskId, task.key]))
  const lastMember = new Map(groups.map((group) => [group.id, group.members.at(-1)!.key]))
  const gates = new Map(placedGatesOf(plan).map((gate) => [gate.id, gateWiring(gate, taskByKey, keyOf, lastMember)]))
  const feeds = new Map<string, string[]>()
  for (const [gate, { need }] of gates) {
    for (const task of need) {
      const fed = feeds.get(task)
      if (fed) fed.push(gate)
      else feeds.set(task, [gate])
    }
  }
  return { gates, feeds, ...linkedTasks(graph, places, groups, readers, { gates, feeds }) }
}

interface PlacedGate extends GateItem {
  /** The mapped group in whose body it stands. */
  readonly group?: string
}

function placedGatesOf(plan: Plan): readonly PlacedGate[] {
  const found: PlacedGate[] = []
  const visit = (node: Plan, group?: string): void => {
    const gate = gateAt(node)
    if (gate) found.push(group === undefined ? gate : { ...gate, group })
    for (const inner of insideOf(node)) visit(inner, node.t === 'map' ? node.id : group)
  }
  visit(plan)
  return found
}

/**
 * A gate that waits for a mapped group waits for its last member: one call after the Map tells of all of them. A gate of
 * an early rule needs exactly what the rule counts, and besides what the task requires whatever its rule.
 */
function gateWiring(
  { id, need, rule, group }: PlacedGate,
  taskByKey: ReadonlyMap<string, GraphTask>,
  keyOf: ReadonlyMap<string, string>,
  lastMember: ReadonlyMap<string, string>,
): GateWiring {
  const inside = group === undefined ? {} : { mappedGroup: group }
  if (!rule) return { need: need.map((task) => lastMember.get(task) ?? task), ...inside }
  const task = taskByKey.get(id)!
  const required = [...new Set(requiredBy(task))]
  const all = [...new Set([...task.upstreams, ...required])]
  const must = required.map((taskId) => all.indexOf(taskId)).sort((a, b) => a - b)
  return { need: all.map((taskId) => keyOf.get(taskId)!), rule, ...(must.length > 0 ? { must } : {}), ...inside }
}

/** A mapped task speaks once after its Map; inside, its instances speak for themselves to those who wait inside. */
function linkedTasks(
  graph: Graph,
  places: ReadonlyMap<string, Place>,
  groups: readonly MappedGroup[],
  readersOfEach: Readers,
  { gates, feeds }: Pick<Links, 'gates' | 'feeds'>,
): Pick<Links, 'linked' | 'linkedInside'> {
  const groupOf = new Map(groups.flatMap(({ id, members }) => members.map(({ key }) => [key, id] as const)))
  const linked = new Set<string>()
  const linkedInside = new Set<string>()
  const isMapped = (key: string, mapping: unknown): boolean => mapping !== undefined || groupOf.has(key)
  readersOfEach.forEach((readers, at) => {
    const { key, mapping } = graph.tasks[at]!
    const place = places.get(key)!
    for (const reader of readers) {
      const { key: readerKey } = graph.tasks[reader]!
      if (sees(places.get(readerKey)!, place)) continue
      const isInside = groupOf.has(key) && groupOf.get(readerKey) === groupOf.get(key)
      if (isInside) linkedInside.add(key)
      else linked.add(key)
    }
    for (const gate of feeds.get(key) ?? []) {
      const isInside = gates.get(gate)?.mappedGroup !== undefined
      if (!isInside) linked.add(key)
      if (isMapped(key, mapping) && (isInside || gates.get(gate)?.rule)) linkedInside.add(key)
    }
  })
  return { linked, linkedInside }
}
