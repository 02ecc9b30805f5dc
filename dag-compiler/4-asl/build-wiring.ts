/** Plan → what the runtime must know of it. The hash covers everything else, so equal plans have equal hashes. */
import type { DecisionWiring, GroupWiring, MappedWiring, TaskWiring, Wiring } from '../../run-model/index.ts'
import type { MappingDefinition } from '../1-define/dag-definition.ts'
import type { Graph, GraphDecision, GraphTask } from '../2-graph/graph.ts'
import { mappingReferences } from '../2-graph/references.ts'
import { verdictLeaves } from '../2-graph/verdict-leaves.ts'
import type { BuiltPlan } from '../3-plan/build-plan.ts'
import { childrenOf } from '../3-plan/child-items.ts'
import { runValuesOf } from '../3-plan/exposed-values.ts'
import type { MapItem } from '../3-plan/plan.ts'
import { itemsOf } from '../3-plan/plan-items.ts'
import { usualMaxMapLength } from './worst-case.ts'

/** Characters of the digest: 48 bits tell the plans of one DAG apart. */
const hashLength = 12

/** @param sha256 hex digest of a text */
export function buildWiring(graph: Graph, built: BuiltPlan, sha256: (text: string) => string): Wiring {
  const { links, groups } = built
  const runValues = runValuesOf(graph)
  const children = childrenOf(built.plan)
  const key = keysOf(graph)
  const maps = new Map(itemsOf(built.plan, 'map').map((map) => [map.id, map]))
  const decisions = new Map((graph.decisions ?? []).map((decision) => [decision.decider, decision]))
  const groupOf = new Map(groups.flatMap(({ id, members }) => members.map((task) => [task.key, id] as const)))
  const mappedBy = (id: string, mapping: MappingDefinition): MappedWiring =>
    mappedWiring(graph, maps.get(id)!, mapping, key)
  const wire = (task: GraphTask): TaskWiring => {
    const decision = decisions.get(task.taskId)
    const group = groupOf.get(task.key)
    return {
      ...plainWiring(task, links.feeds.get(task.key) ?? [], key),
      ...(decision ? { decision: decisionWiring(decision, key) } : {}),
      ...(task.setups?.length ? { setups: task.setups.map(key) } : {}),
      ...(task.teardown ? { teardownOf: task.teardown.setups.map(key) } : {}),
      ...(task.mapping ? { mapped: mappedBy(task.key, task.mapping) } : {}),
      ...(group === undefined ? {} : { mappedGroup: group }),
      ...(task.operator === 'service' ? { isService: true as const } : {}),
      ...(built.exposes.has(task.key) ? { exposes: built.exposes.get(task.key)! } : {}),
    }
  }
  const wiredGroups = groups.map(({ id, mapping, members }): [string, GroupWiring] => [
    id,
    { mapped: mappedBy(id, mapping), members: members.map((task) => task.key) },
  ])
  const content = {
    dagId: graph.dagId,
    tasks: Object.fromEntries(graph.tasks.map((task) => [task.key, wire(task)])),
    gates: Object.fromEntries(links.gates),
    leaves: verdictLeaves(graph).map(({ key }) => key),
    ...(runValues.length > 0 ? { runValues } : {}),
    ...(graph.onFailure && graph.onFailure !== 'isolate' ? { onFailure: graph.onFailure } : {}),
    ...(children.length > 0 ? { children: Object.fromEntries(children.map(({ id, tasks }) => [id, tasks])) } : {}),
    ...(wiredGroups.length > 0 ? { groups: Object.fromEntries(wiredGroups) } : {}),
  }
  return { hash: sha256(JSON.stringify(content)).slice(0, hashLength), ...content }
}

type KeyOf = (taskId: string) => string

function keysOf(graph: Graph): KeyOf {
  const keys = new Map(graph.tasks.map((task) => [task.taskId, task.key]))
  return (taskId) => keys.get(taskId) ?? taskId
}

function plainWiring(task: GraphTask, feeds: readonly string[], key: KeyOf) {
  const { taskId, operator, spec, teardown, upstreams } = task
  return {
    taskId,
    operator,
    triggerRule: teardown ? ('all_done_setup_success' as const) : spec.triggerRule,
    upstreams: upstreams.map(key),
    feeds,
    retries: spec.retries,
    executionTimeout: spec.executionTimeout,
    doXcomPush: spec.doXcomPush,
  }
}

const decisionWiring = ({ kind, options, candidates }: GraphDecision, key: KeyOf): DecisionWiring => ({
  kind,
  options: options.map(key),
  candidates: Object.fromEntries(candidates.map(({ task, keptBy }) => [key(task), keptBy.map(key)])),
})

function mappedWiring(graph: Graph, { count }: MapItem, mapping: MappingDefinition, key: KeyOf): MappedWiring {
  return {
    maxLength: graph.maxMapLength ?? usualMaxMapLength,
    over: [...new Set(mappingReferences(mapping))].map(key),
    ...(count.by === 'entries' ? { byLength: true as const } : {}),
  }
}
