/** What an author gave to `expand` or `expandKwargs` → a mapping, every part of which is an array or a reference to one. */
import type { MappingDefinition, Mistake, TaskInput } from './dag-definition.ts'
import { describe, isJsonContainer } from './describe.ts'
import { carrier } from './inputs.ts'
import { readInput } from './read-inputs.ts'

interface MappedPlace {
  readonly dagId: string
  /** Of the task or group that is mapped. */
  readonly taskId: string
}

export interface ReadMapping {
  readonly mapping: MappingDefinition | null
  readonly mistakes: readonly Mistake[]
}

/** @param fixed names that `partial` gave. */
export function readExpand(given: unknown, fixed: readonly string[], place: MappedPlace): ReadMapping {
  const mistakes: Mistake[] = []
  const report = (detail: Mistake['detail']) => mistakes.push({ kind: 'bad-mapping', task: place.taskId, detail })
  if (!isJsonContainer(given) || Array.isArray(given) || carrier in given) {
    report({ reason: 'shape', given: describe(given) })
    return { mapping: null, mistakes }
  }
  const entries = Object.entries(given).filter(([, value]) => value !== undefined)
  if (entries.length === 0) report({ reason: 'nothing' })
  const over: [string, TaskInput][] = []
  for (const [argument, value] of entries) {
    if (fixed.includes(argument)) report({ reason: 'fixed', argument })
    const list = readList(value, argument, place, mistakes)
    if (list) over.push([argument, list])
  }
  return { mapping: { kind: 'expand', over: Object.fromEntries(over) }, mistakes }
}

export function readKwargs(given: unknown, place: MappedPlace): ReadMapping {
  const mistakes: Mistake[] = []
  const over = readList(given, 'expandKwargs', place, mistakes)
  if (over && 'value' in over && Array.isArray(over.value)) {
    const wrong = over.value.find((item) => typeof item !== 'object' || item === null || Array.isArray(item))
    if (wrong !== undefined) {
      mistakes.push({ kind: 'bad-mapping', task: place.taskId, detail: { reason: 'kwargs', given: describe(wrong) } })
    }
  }
  return { mapping: over ? { kind: 'kwargs', over } : null, mistakes }
}

function readList(value: unknown, argument: string, place: MappedPlace, mistakes: Mistake[]): TaskInput | null {
  const input = readInput(value, { ...place, argument }, mistakes)
  if (!input || !('value' in input) || Array.isArray(input.value)) return input
  const detail = { reason: 'not-a-list', argument, given: describe(value) }
  mistakes.push({ kind: 'bad-mapping', task: place.taskId, detail })
  return null
}
