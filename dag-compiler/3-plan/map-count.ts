/**
 * Where a Map learns how many iterations it has. The cheapest place is its own expression over lengths that producers
 * put into the state data; where that cannot say it, one call before the Map does (design §9).
 */
import type { MappingDefinition, TaskInput } from '../1-define/dag-definition.ts'
import type { Graph, GraphTask } from '../2-graph/graph.ts'
import type { MappedGroup } from './mapped-groups.ts'
import { type Place, sees } from './places.ts'
import type { MapCount } from './plan.ts'

const byCall: MapCount = { by: 'expand' }

/** @param places of the plan in which a mapped group is one step */
export function mapCountOf(
  graph: Graph,
  groups: readonly MappedGroup[],
  places: ReadonlyMap<string, Place>,
  mapped: GraphTask | MappedGroup,
): MapCount {
  const tasks = new Map(graph.tasks.map((task) => [task.taskId, task]))
  const members = new Set(groups.flatMap((group) => group.members.map(({ taskId }) => taskId)))
  const lengths = lengthsOf(mapped.mapping)
  if (!lengths || ('members' in mapped ? mapped.members.some(isMoreThanItsRule) : isMoreThanItsRule(mapped)))
    return byCall
  if (!('members' in mapped) && mapped.spec.triggerRule !== 'all_success') return byCall
  const isReadable = (taskId: string): boolean => {
    const upstream = tasks.get(taskId)!
    if (upstream.mapping || members.has(taskId)) return false
    return sees(places.get('members' in mapped ? mapped.id : mapped.key)!, places.get(upstream.key)!)
  }
  // A group's members decide their rules themselves; only what it maps over must be there.
  const upstreams = 'members' in mapped ? [...new Set(lengths.of)] : mapped.upstreams
  const hasNoService = lengths.of.every((taskId) => tasks.get(taskId)!.operator !== 'service')
  if (!hasNoService || ![...upstreams, ...lengths.of].every(isReadable)) return byCall
  const keyOf = (taskId: string): string => tasks.get(taskId)!.key
  return { by: 'entries', of: lengths.of.map(keyOf), times: lengths.times, upstreams: upstreams.map(keyOf) }
}

/** Besides its trigger rule something else decides whether the task runs at all. */
const isMoreThanItsRule = ({ setups, teardown, isCandidate }: GraphTask): boolean =>
  (setups?.length ?? 0) > 0 || teardown !== undefined || isCandidate === true

/** Tasks whose whole return values are multiplied, and the product of the literals' lengths; null when it is not so simple. */
function lengthsOf(mapping: MappingDefinition | undefined): { of: string[]; times: number } | null {
  if (!mapping) return null
  const inputs: readonly TaskInput[] = mapping.kind === 'expand' ? Object.values(mapping.over) : [mapping.over]
  let times = 1
  const of: string[] = []
  for (const input of inputs) {
    if ('ref' in input && !input.optional) of.push(input.ref)
    else if ('value' in input && Array.isArray(input.value)) times *= input.value.length
    else return null
  }
  return { of, times }
}
