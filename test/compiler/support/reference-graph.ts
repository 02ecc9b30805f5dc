/** What the reference evaluator asks of a definition's graph: who is upstream, which setups and deciders a task has. */
import type { DagDefinition, TaskInput } from '../../../dag-compiler/index.ts'
import type { Scenario } from './scenario.ts'

type Edges = readonly (readonly [from: string, to: string])[]

/** Drawn edges and those of references that a task, or a group's first tasks, are mapped over. */
export function edgesOf({ tasks, edges, groups = [] }: DagDefinition): Edges {
  const mapped = tasks.flatMap(({ taskId, mapping }) =>
    mapping?.kind === 'expand'
      ? Object.values(mapping.over)
          .flatMap(refOf)
          .map((ref) => [ref, taskId] as const)
      : [],
  )
  const ofGroups = groups.flatMap(({ groupId, mapping }) => {
    const members = tasks.filter(({ group }) => group === groupId).map(({ taskId }) => taskId)
    const roots = members.filter((id) => edges.every(([from, to]) => to !== id || !members.includes(from)))
    const lists = mapping?.kind === 'expand' ? Object.values(mapping.over).flatMap(refOf) : []
    return lists.flatMap((list) => roots.map((root) => [list, root] as const))
  })
  return [...edges, ...mapped, ...ofGroups]
}

const refOf = (input: TaskInput): string[] => ('ref' in input ? [input.ref] : [])

const ancestorsOf = (edges: Edges, taskId: string): Set<string> =>
  reached(taskId, (id) => edges.flatMap(([from, to]) => (to === id ? [from] : [])))

const descendantsOf = (edges: Edges, taskId: string): Set<string> =>
  reached(taskId, (id) => edges.flatMap(([from, to]) => (from === id ? [to] : [])))

function reached(from: string, next: (id: string) => readonly string[]): Set<string> {
  const found = new Set<string>()
  const open = [...next(from)]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue
    found.add(id)
    open.push(...next(id))
  }
  return found
}

/** Setups upstream whose work the task is part of (§9): those with a teardown downstream of it, or with none at all. */
export function setupsOf(definition: DagDefinition, taskId: string): string[] {
  if (!definition.tasks.some(({ isSetup }) => isSetup)) return []
  const edges = edgesOf(definition)
  const teardowns = definition.tasks.filter(({ teardown }) => teardown)
  if (teardowns.some((task) => task.taskId === taskId)) return []
  const [above, below] = [ancestorsOf(edges, taskId), descendantsOf(edges, taskId)]
  return definition.tasks.flatMap(({ taskId: setup, isSetup }) => {
    if (!isSetup || !above.has(setup)) return []
    const own = teardowns.filter((task) => edges.some(([from, to]) => from === setup && to === task.taskId))
    return own.length === 0 || own.some((task) => below.has(task.taskId)) ? [setup] : []
  })
}

/** Deciders that skip the task when they succeed, by what the scenario makes them choose (§8). */
export function skippersOf(definition: DagDefinition, scenario: Scenario, taskId: string): string[] {
  if (!definition.decisions) return []
  const edges = edgesOf(definition)
  const isTeardown = definition.tasks.some((task) => task.taskId === taskId && task.teardown)
  return (definition.decisions ?? []).flatMap((decision) => {
    const { decider } = decision
    const chosen = scenario.get(decider)?.returns
    const isDirect = edges.some(([from, to]) => from === decider && to === taskId)
    const skips = () => {
      switch (decision.kind) {
        case 'if':
          return chosen ? decision.else === taskId : decision.then === taskId
        case 'switch':
          return decision.cases.includes(taskId) && chosen !== taskId
        case 'branch': {
          const kept = (Array.isArray(chosen) ? chosen : []).map(String)
          return isDirect && !kept.some((id) => id === taskId || descendantsOf(edges, id).has(taskId))
        }
        case 'short_circuit': {
          const isBehind = decision.respectTriggerRules ? isDirect : descendantsOf(edges, decider).has(taskId)
          return !chosen && isBehind && !isTeardown
        }
      }
    }
    return skips() ? [decider] : []
  })
}

/** §2: tasks that count and have no downstream that counts; without any that counts, tasks without downstreams. */
export function leavesOf(definition: DagDefinition): string[] {
  const edges = edgesOf(definition)
  const counts = new Set(
    definition.tasks.filter(({ teardown }) => !teardown || teardown.onFailureFailDagrun).map(({ taskId }) => taskId),
  )
  const all = definition.tasks.map(({ taskId }) => taskId)
  const isLeaf = (id: string, ignored: (to: string) => boolean) =>
    edges.every(([from, to]) => from !== id || ignored(to))
  if (counts.size === 0) return all.filter((id) => isLeaf(id, () => false))
  return all.filter((id) => counts.has(id) && isLeaf(id, (to) => !counts.has(to)))
}
