/**
 * Inputs of one call → `TaskInput` values and what is wrong with them. Every reference is turned into an id, every
 * literal is copied and is JSON: nothing of the author's objects stays reachable.
 */
import type { JsonValue } from '../../run-model/index.ts'
import { argumentNames } from './argument-names.ts'
import type { Mistake, TaskInput } from './dag-definition.ts'
import { describe, isJsonContainer } from './describe.ts'
import { carrier } from './inputs.ts'
import { type Derivation, derivation, ListRef } from './list-ref.ts'
import { factoryTaskId, refOf, type TaskRef } from './ref.ts'

export interface ReadInputs {
  readonly inputs: Readonly<Record<string, TaskInput>>
  readonly mistakes: readonly Mistake[]
}

export type Place = { readonly dagId: string; readonly taskId: string; readonly argument: string }

/** A place within a literal: how to get there, and the containers on the way. */
type Inner = Place & { readonly path: string; readonly inside: readonly object[] }

export function readInputs(
  given: unknown,
  handler: (...args: never[]) => unknown,
  { dagId, taskId }: { readonly dagId: string; readonly taskId: string },
): ReadInputs {
  const mistakes: Mistake[] = []
  const named = nameInputs(given, handler, (detail) => mistakes.push({ kind: 'bad-inputs', task: taskId, detail }))
  const inputs: [string, TaskInput][] = []
  for (const [argument, value] of named) {
    if (value === undefined) continue
    const input = readInput(value, { dagId, taskId, argument }, mistakes)
    if (input) inputs.push([argument, input])
  }
  return { inputs: Object.fromEntries(inputs), mistakes }
}

function nameInputs(
  given: unknown,
  handler: (...args: never[]) => unknown,
  report: (detail: Readonly<Record<string, JsonValue>>) => void,
): readonly (readonly [string, unknown])[] {
  if (given === undefined) return []
  if (isKind(given, 'arg-list')) return listInputs(given.values, handler, report)
  if (isJsonContainer(given) && !Array.isArray(given) && !isProvider(given)) return Object.entries(given)
  report({ given: describe(given), reason: 'shape' })
  return []
}

function listInputs(
  values: unknown,
  handler: (...args: never[]) => unknown,
  report: (detail: Readonly<Record<string, JsonValue>>) => void,
): readonly (readonly [string, unknown])[] {
  const names = argumentNames(handler)
  const list = Array.isArray(values) ? values : []
  if (!names) report({ given: 'withArgList(…)', reason: 'order' })
  else if (list.length > names.length) report({ given: `${list.length} values`, reason: 'count', names })
  return (names ?? []).slice(0, list.length).map((name, index) => [name, list[index]] as const)
}

/** One value of a call; null when it was a mistake. */
export function readInput(value: unknown, place: Place, mistakes: Mistake[]): TaskInput | null {
  const ref = refOf(value)
  if (ref) return readRef(ref, place, mistakes)
  if (isKind(value, 'optional')) {
    const inner = refOf(value.ref)
    if (inner) return readRef(inner, place, mistakes, { optional: true })
    mistakes.push(mistake('bad-inputs', place, { given: `optional(${describe(value.ref)})`, reason: 'optional' }))
    return null
  }
  if (isKind(value, 'all') && Array.isArray(value.items)) {
    const items = value.items.map((item) => readInput(item, place, mistakes))
    return { all: items.filter((item) => item !== null) }
  }
  if (value instanceof ListRef) return readDerived(value[derivation], place, mistakes)
  if (isKind(value, 'element')) return { element: String(value.key), group: String(value.groupId) }
  if (isKind(value, 'collected')) return readInput(value.ref, place, mistakes)
  const json = readLiteral(value, { ...place, path: place.argument, inside: [] }, mistakes)
  return json === undefined ? null : { value: json }
}

function readDerived(how: Derivation, place: Place, mistakes: Mistake[]): TaskInput | null {
  if (how.kind === 'map') {
    const map = readInput(how.of, place, mistakes)
    return map && { map, fn: how.fn }
  }
  const parts = how.parts.map((part) => readInput(part, place, mistakes)).filter((part) => part !== null)
  if (how.kind === 'concat') return { concat: parts }
  const fill =
    how.fill === undefined ? undefined : readLiteral(how.fill, { ...place, path: 'fill', inside: [] }, mistakes)
  return { zip: parts, ...(fill !== undefined && { fill }) }
}

function readRef(
  ref: TaskRef,
  place: Place,
  mistakes: Mistake[],
  optional?: { readonly optional: true },
): TaskInput | null {
  if (ref.dagId === place.dagId) return { ref: ref.taskId, ...optional }
  mistakes.push(mistake('unknown-upstream', place, { upstream: ref.taskId, dag: ref.dagId, reason: 'other-dag' }))
  return null
}

/** A copy of `value` when it is JSON through and through; otherwise a mistake per place that is not. */
function readLiteral(value: unknown, place: Inner, mistakes: Mistake[]): JsonValue | undefined {
  const { path } = place
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  const factory = factoryTaskId(value)
  if (factory !== null) {
    mistakes.push(mistake('unknown-upstream', place, { upstream: factory, reason: 'not-called', path }))
    return undefined
  }
  if (refOf(value) || isProvider(value)) {
    mistakes.push(mistake('nested-reference', place, { path, upstream: refOf(value)?.taskId ?? describe(value) }))
    return undefined
  }
  const isCircle = isJsonContainer(value) && place.inside.includes(value)
  if (isJsonContainer(value) && !isCircle) return readContainer(value, place, mistakes)
  mistakes.push(
    mistake('not-json', place, { path, given: isCircle ? 'an object that contains itself' : describe(value) }),
  )
  return undefined
}

function readContainer(value: object, place: Inner, mistakes: Mistake[]): JsonValue {
  const read = (item: unknown, step: string) =>
    readLiteral(item, { ...place, path: `${place.path}${step}`, inside: [...place.inside, value] }, mistakes) ?? null
  // The copy turns holes into undefined, which is reported; `map` alone would pass over them.
  if (Array.isArray(value)) return [...value].map((item, index) => read(item, `[${index}]`))
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => [key, read(item, `.${key}`)] as const)
  return Object.fromEntries(entries)
}

const mistake = (kind: string, { taskId, argument }: Place, detail: Record<string, JsonValue>): Mistake => ({
  kind,
  task: taskId,
  detail: { argument, ...detail },
})

const isKind = (value: unknown, kind: string): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && carrier in value && value[carrier] === kind

const isProvider = (value: unknown): boolean => typeof value === 'object' && value !== null && carrier in value
