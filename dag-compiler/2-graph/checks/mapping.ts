/** Mapped tasks and groups: what cannot be repeated, what is too long, and elements that do not exist where they are used. */
import type { DagDefinition, MappingDefinition, TaskDefinition, TaskInput } from '../../1-define/dag-definition.ts'
import { badMapping, mapTooLong } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'
import { ancestors } from '../group-tree.ts'
import type { Network } from '../network.ts'

/** Airflow's `max_map_length`. */
const defaultMapLength = 1024

export function checkMapping({ dagId: dag, spec }: DagDefinition, net: Network): readonly Problem[] {
  const limit = spec.maxMapLength ?? defaultMapLength
  const { groups, tasks, position } = net
  if (groups.groups.length === 0 && !tasks.some(({ mapping }) => mapping)) return []
  const ofTasks = tasks.flatMap((task) => [
    ...lengthFault(task.mapping, limit).map((length) => mapTooLong({ dag, task: task.taskId, length, limit })),
    ...taskFaults(task, mappedGroups(net, position.get(task.taskId) ?? -1)).map((fault) =>
      badMapping({ dag, task: task.taskId, ...fault }),
    ),
  ])
  const ofGroups = groups.groups.flatMap(({ groupId: task, mapping }, index) => {
    const tooLong = lengthFault(mapping, limit).map((length) => mapTooLong({ dag, task, length, limit }))
    const outer = mappedGroups(net, tasks.length + index)[0]
    if (!mapping || !outer) return tooLong
    return [...tooLong, badMapping({ dag, task, ...nested(task, outer.groupId) })]
  })
  return [...ofTasks, ...ofGroups]
}

interface Fault {
  readonly what: string
  readonly fix: string
}

interface MappedGroup {
  readonly groupId: string
  readonly mapping: MappingDefinition
}

/** Mapped groups around a task or group, innermost first. */
function mappedGroups({ groups, tasks }: Network, node: number): readonly MappedGroup[] {
  return ancestors(groups.parent, node).flatMap((at) => {
    const group = groups.groups[at - tasks.length]
    return group?.mapping ? [{ groupId: group.groupId, mapping: group.mapping }] : []
  })
}

const nested = (inner: string, outer: string): Fault => ({
  what: `${inner} is mapped inside ${outer}, which is mapped too`,
  fix: `map once over a list of pairs, or take ${inner} out of ${outer}`,
})

function taskFaults(task: TaskDefinition, around: readonly MappedGroup[]): readonly Fault[] {
  const faults: Fault[] = []
  const outer = around[0]
  if (outer && task.mapping) faults.push(nested(task.taskId, outer.groupId))
  if (outer && task.spec.triggerRule === 'always') {
    faults.push({
      what: `${task.taskId} has the rule always inside ${outer.groupId}, which is mapped`,
      fix: 'use another rule: before the mapping is known there is no instance that could start',
    })
  }
  if (task.mapping?.kind === 'kwargs' && isEmptyList(task.mapping.over)) {
    faults.push({ what: `${task.taskId} is expanded over no inputs at all`, fix: 'list at least one object of inputs' })
  }
  return [...faults, ...elementFaults(task, around)]
}

const isEmptyList = (input: TaskInput): boolean =>
  'value' in input && Array.isArray(input.value) && input.value.length === 0

function elementFaults(task: TaskDefinition, around: readonly MappedGroup[]): readonly Fault[] {
  const inputs = [...Object.values(task.inputs), ...(task.mapping ? inputsOf(task.mapping) : [])]
  const used = inputs.flatMap(elementsOf)
  return used
    .filter(({ group }) => !around.some(({ groupId }) => groupId === group))
    .map(({ element, group }) => ({
      what: `${task.taskId} takes the element ${element} of ${group}, but is not in that group`,
      fix: `declare it with ${group}'s task(…), or take what a task of the group returned, collected`,
    }))
}

const inputsOf = (mapping: MappingDefinition): readonly TaskInput[] =>
  mapping.kind === 'expand' ? Object.values(mapping.over) : [mapping.over]

function elementsOf(input: TaskInput): readonly { readonly element: string; readonly group: string }[] {
  if ('element' in input) return [input]
  if ('map' in input) return elementsOf(input.map)
  const parts = 'all' in input ? input.all : 'zip' in input ? input.zip : 'concat' in input ? input.concat : []
  return parts.flatMap(elementsOf)
}

/** Instances that literals alone ask for, when that is too many. A reference's length is known only in a run. */
function lengthFault(mapping: MappingDefinition | undefined, limit: number): readonly number[] {
  if (!mapping) return []
  const lengths = inputsOf(mapping).flatMap((input) =>
    'value' in input && Array.isArray(input.value) ? [input.value.length] : [],
  )
  const length = lengths.reduce((product, length) => product * length, 1)
  return length > limit ? [length] : []
}
