/** What the arguments of a service call speak of: upstream tasks, values of the run, its token. */
import type { ServiceArgument, ServiceDefinition, TaskDefinition } from '../1-define/dag-definition.ts'

export type Path = readonly (string | number)[]

/** Every argument inside an argument that is not made of others, in the order in which it is written. */
export function leavesOf(argument: ServiceArgument): readonly ServiceArgument[] {
  if ('text' in argument) return argument.text.flatMap((part) => (typeof part === 'string' ? [] : leavesOf(part)))
  if ('list' in argument) return argument.list.flatMap(leavesOf)
  if ('object' in argument) return Object.values(argument.object).flatMap(leavesOf)
  return [argument]
}

export function serviceOf({ options }: Pick<TaskDefinition, 'options'>): ServiceDefinition | null {
  return options?.kind === 'service' ? options : null
}

/** Ids of the tasks whose values a service task reads, each once. Every one is an edge. */
export function readByService(task: Pick<TaskDefinition, 'options'>): readonly string[] {
  return [...new Set(valuesReadBy(task).map(({ ref }) => ref))]
}

/** The values of other tasks that a service task reads. */
export function valuesReadBy(
  task: Pick<TaskDefinition, 'options'>,
): readonly { readonly ref: string; readonly path: Path }[] {
  const service = serviceOf(task)
  return service ? leavesOf(service.args).flatMap((leaf) => ('ref' in leaf ? [leaf] : [])) : []
}
