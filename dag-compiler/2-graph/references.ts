/** Tasks whose return values something reads: each is an edge. Elements of a mapped group come with the group, not alone. */
import type { MappingDefinition, ServiceArgument, TaskDefinition, TaskInput } from '../1-define/dag-definition.ts'

/** The parts of a task that name other tasks; a task of the graph has them too. */
type Reader = Pick<TaskDefinition, 'inputs' | 'mapping' | 'options'>

/** Ids, repeats included, in the order of the author's arguments. */
export function referencesOf({ inputs, mapping, options }: Reader): readonly string[] {
  const found: string[] = []
  for (const input of Object.values(inputs)) addReferences(input, found)
  if (mapping) found.push(...mappingReferences(mapping))
  if (options?.kind === 'service') addArgumentReferences(options.args, found)
  return found
}

export function mappingReferences(mapping: MappingDefinition): readonly string[] {
  const found: string[] = []
  const inputs = mapping.kind === 'expand' ? Object.values(mapping.over) : [mapping.over]
  for (const input of inputs) addReferences(input, found)
  return found
}

function addReferences(input: TaskInput, found: string[]): void {
  if ('ref' in input) found.push(input.ref)
  else if ('map' in input) addReferences(input.map, found)
  else for (const part of partsOf(input)) addReferences(part, found)
}

function partsOf(input: TaskInput): readonly TaskInput[] {
  if ('all' in input) return input.all
  if ('zip' in input) return input.zip
  return 'concat' in input ? input.concat : []
}

function addArgumentReferences(argument: ServiceArgument, found: string[]): void {
  if ('ref' in argument) found.push(argument.ref)
  else if ('text' in argument) {
    for (const part of argument.text) if (typeof part !== 'string') addArgumentReferences(part, found)
  } else if ('list' in argument) for (const part of argument.list) addArgumentReferences(part, found)
  else if ('object' in argument) for (const part of Object.values(argument.object)) addArgumentReferences(part, found)
}
