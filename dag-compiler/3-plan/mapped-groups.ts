/**
 * A mapped group is one node for the order of the DAG: its Map starts when everything before any member is done, and what
 * follows a member follows the whole Map. Its body is a graph, and a plan, of its own (design §9).
 */

import { isEarlyRule } from '../../run-model/index.ts'
import type { MappingDefinition } from '../1-define/dag-definition.ts'
import type { Graph, GraphTask } from '../2-graph/graph.ts'
import { awaited } from './order.ts'

export interface MappedGroup {
  /** The node's key: the group's id, unless that is too long for a state name. */
  readonly id: string
  readonly groupId: string
  readonly mapping: MappingDefinition
  /** In topological order, those of inner groups included; at least one. */
  readonly members: readonly GraphTask[]
}

/** State names have 80 characters at most, of which 20 stay free for prefixes. */
const longestId = 60

export function mappedGroupsOf(graph: Graph): readonly MappedGroup[] {
  const groups = new Map((graph.groups ?? []).map((group) => [group.groupId, group]))
  const members = new Map<string, GraphTask[]>()
  for (const task of graph.tasks) {
    for (let id = task.group ?? null; id !== null; id = groups.get(id)?.parent ?? null) {
      if (!groups.get(id)?.mapping) continue
      const own = members.get(id)
      if (own) own.push(task)
      else members.set(id, [task])
    }
  }
  return (graph.groups ?? []).flatMap(({ groupId, mapping }) => {
    const own = members.get(groupId)
    if (!mapping || !own) return []
    return [{ id: groupId.length <= longestId ? groupId : `group:${own[0]!.key}`, groupId, mapping, members: own }]
  })
}

/** The graph with one task in place of each group. Its order is topological again and stable. */
export function contractGroups(graph: Graph, groups: readonly MappedGroup[]): Graph {
  return groups.length === 0 ? graph : { ...graph, tasks: inOrder(nodesOf(graph, groups)).ordered }
}

/** Tasks and groups that can never start, because each waits for another of them; empty: there is an order. */
export function withoutOrder(graph: Graph, groups: readonly MappedGroup[]): readonly GraphTask[] {
  return groups.length === 0 ? [] : inOrder(nodesOf(graph, groups)).left
}

function nodesOf(graph: Graph, groups: readonly MappedGroup[]): readonly GraphTask[] {
  const nodeOf = new Map(groups.flatMap((group) => group.members.map(({ taskId }) => [taskId, group.groupId] as const)))
  const node = (taskId: string): string => nodeOf.get(taskId) ?? taskId
  const outside = (group: string, ids: readonly string[]): string[] => ids.map(node).filter((id) => id !== group)
  const contracted = groups.map(({ id, groupId, mapping, members }): GraphTask => {
    const { setups: _, teardown: __, isCandidate: ___, ...first } = members[0]!
    return {
      ...first,
      taskId: groupId,
      key: id,
      mapping,
      spec: { ...first.spec, triggerRule: 'all_success' },
      upstreams: distinct(
        members.flatMap(({ upstreams, setups }) => outside(groupId, [...upstreams, ...(setups ?? [])])),
      ),
      downstreams: distinct(members.flatMap(({ downstreams }) => outside(groupId, downstreams))),
    }
  })
  const groupNode = new Map(contracted.map((task) => [task.taskId, task]))
  const nodes = new Map<string, GraphTask>()
  for (const task of graph.tasks) {
    const id = node(task.taskId)
    const own = {
      ...task,
      upstreams: distinct(task.upstreams.map(node)),
      downstreams: distinct(task.downstreams.map(node)),
    }
    if (!nodes.has(id)) nodes.set(id, groupNode.get(id) ?? withSetups(own, node))
  }
  return [...nodes.values()]
}

const withSetups = (task: GraphTask, node: (taskId: string) => string): GraphTask =>
  task.setups ? { ...task, setups: distinct(task.setups.map(node)) } : task

/**
 * A group's members among themselves. A member of an early rule that counts tasks outside has no gate: those are done when
 * the Map starts, and nobody would tell the gate of each index.
 */
export function bodyGraph(graph: Graph, { members }: MappedGroup): Graph {
  const isMember = new Set(members.map(({ taskId }) => taskId))
  const inside = (ids: readonly string[]): string[] => ids.filter((id) => isMember.has(id))
  const tasks = members.map((task): GraphTask => {
    const upstreams = inside(task.upstreams)
    const isOpen = isEarlyRule(task.spec.triggerRule) && upstreams.length < task.upstreams.length
    const spec = isOpen ? { ...task.spec, triggerRule: 'all_done' as const } : task.spec
    const own = { ...task, spec, upstreams, downstreams: inside(task.downstreams) }
    return task.setups ? { ...own, setups: inside(task.setups) } : own
  })
  return { ...graph, tasks }
}

/** The nodes are nearly in order: only a group that was placed at its first member may have to wait for later ones. */
function inOrder(nodes: readonly GraphTask[]): { readonly ordered: GraphTask[]; readonly left: readonly GraphTask[] } {
  const done = new Set<string>()
  const ordered: GraphTask[] = []
  let left = nodes
  for (;;) {
    const rest: GraphTask[] = []
    for (const task of left) {
      if (awaited(task).every((upstream) => done.has(upstream))) {
        done.add(task.taskId)
        ordered.push(task)
      } else rest.push(task)
    }
    if (rest.length === 0 || rest.length === left.length) return { ordered, left: rest }
    left = rest
  }
}

const distinct = (ids: readonly string[]): string[] => [...new Set(ids)]
