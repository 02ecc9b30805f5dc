/**
 * Arguments of a service call as an author wrote them → `ServiceArgument` and what is wrong with them. Nothing of the
 * author's objects stays reachable; what holds no value of a run becomes one literal.
 */
import type { JsonValue } from '../../../run-model/index.ts'
import type { Mistake, ServiceArgument } from '../dag-definition.ts'
import { describe, isJsonContainer } from '../describe.ts'
import { carrier } from '../inputs.ts'
import { factoryTaskId, refOf } from '../ref.ts'
import { type Held, heldBy, splitMarkers } from './service-value.ts'

interface Place {
  readonly dagId: string
  readonly taskId: string
  /** How to get there from the arguments. */
  readonly path: string
  readonly inside: readonly object[]
  readonly mistakes: Mistake[]
}

export function readServiceArgument(
  given: unknown,
  { dagId, taskId }: { readonly dagId: string; readonly taskId: string },
): { readonly args: ServiceArgument; readonly mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = []
  return { args: read(given, { dagId, taskId, path: 'args', inside: [], mistakes }), mistakes }
}

const nothing: ServiceArgument = { value: null }

function read(given: unknown, place: Place): ServiceArgument {
  const ref = refOf(given)
  if (ref) return hold({ dagId: ref.dagId, argument: { ref: ref.taskId, path: [] } }, place)
  const value = heldBy(given)
  if (value) return hold(value, place)
  if (typeof given === 'string') return readText(given, place)
  if (given === null || typeof given === 'boolean' || (typeof given === 'number' && Number.isFinite(given)))
    return { value: given }
  const factory = factoryTaskId(given)
  if (factory !== null)
    return refuse(place, 'unknown-upstream', { argument: place.path, upstream: factory, reason: 'not-called' })
  const isCircle = isJsonContainer(given) && place.inside.includes(given)
  if (isJsonContainer(given) && !isCircle && !(carrier in given))
    return readContainer(given, { ...place, inside: [...place.inside, given] })
  return refuse(place, 'not-json', {
    argument: place.path,
    path: place.path,
    given: isCircle ? 'an object that contains itself' : describe(given),
  })
}

function hold({ dagId, argument }: Held, place: Place): ServiceArgument {
  if (dagId === null || dagId === place.dagId) return argument
  const upstream = 'ref' in argument ? argument.ref : 'tpl'
  return refuse(place, 'unknown-upstream', { argument: place.path, upstream, dag: dagId, reason: 'other-dag' })
}

function readText(given: string, place: Place): ServiceArgument {
  const parts = splitMarkers(given)
  if (parts.every((part) => typeof part === 'string')) return { value: given }
  return { text: parts.map((part) => (typeof part === 'string' ? part : hold(part, place))) }
}

function readContainer(given: object, place: Place): ServiceArgument {
  if (Array.isArray(given))
    return listOf([...given].map((item, at) => read(item, { ...place, path: `${place.path}[${at}]` })))
  const entries = Object.entries(given)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => [key, read(item, { ...place, path: `${place.path}.${key}` })] as const)
  return objectOf(entries)
}

function listOf(list: readonly ServiceArgument[]): ServiceArgument {
  const values = list.flatMap((item) => ('value' in item ? [item.value] : []))
  return values.length === list.length ? { value: values } : { list }
}

function objectOf(entries: readonly (readonly [string, ServiceArgument])[]): ServiceArgument {
  const values = entries.flatMap(([key, item]) => ('value' in item ? [[key, item.value] as const] : []))
  return values.length === entries.length
    ? { value: Object.fromEntries(values) }
    : { object: Object.fromEntries(entries) }
}

function refuse(
  { taskId, mistakes }: Place,
  kind: string,
  detail: Readonly<Record<string, JsonValue>>,
): ServiceArgument {
  mistakes.push({ kind, task: taskId, detail })
  return nothing
}
