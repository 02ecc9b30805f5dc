/** `ResultPath`: puts a value where a reference path points. Source: States Language, "Reference Paths". */
import { parsePath } from './parse-path.ts'
import type { Path } from './path.ts'

/** A copy of `target` with `value` at the path; objects on the way are made. Undefined when something else is in the way. */
export function writePath(text: string, target: unknown, value: unknown): unknown {
  return put(target, keysOf(parsePath(text)), value)
}

function keysOf({ steps }: Path): (string | number)[] {
  return steps.map((step) => {
    if (step.kind === 'names') return step.names[0]!
    if (step.kind === 'indexes') return step.indexes[0]!
    throw new Error('ResultPath is not a reference path; checkDefinition should have refused it')
  })
}

function put(target: unknown, keys: readonly (string | number)[], value: unknown): unknown {
  const [key, ...rest] = keys
  if (key === undefined) return value
  if (typeof key === 'number') return putItem(target, key, rest, value)
  if (typeof target !== 'object' || target === null || Array.isArray(target)) return undefined
  const base: Readonly<Record<string, unknown>> = { ...target }
  const inner = put(Object.hasOwn(base, key) ? base[key] : {}, rest, value)
  // Not by assignment: `__proto__` is a legal name.
  return inner === undefined ? undefined : Object.fromEntries([...Object.entries(base), [key, inner]])
}

function putItem(target: unknown, index: number, rest: readonly (string | number)[], value: unknown): unknown {
  if (!Array.isArray(target) || index < 0 || index >= target.length) return undefined
  const inner = put(target[index], rest, value)
  return inner === undefined ? undefined : target.map((item: unknown, at) => (at === index ? inner : item))
}
