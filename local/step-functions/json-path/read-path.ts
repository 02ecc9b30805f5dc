/** Follows a JSONPath. Invariant: a definite path answers its value or undefined, any other a list, which may be empty. */
import { passes } from './filter.ts'
import { callFunction } from './functions.ts'
import { parsePath } from './parse-path.ts'
import type { Path, Step } from './path.ts'

/** What paths begin at. */
export interface PathSources {
  readonly input: unknown
  readonly context: unknown
  readonly variables: Readonly<Record<string, unknown>>
}

/** Throws `PathSyntaxError`. */
export function readPath(text: string, sources: PathSources): unknown {
  return followPath(parsePath(text), sources)
}

/** @param here what `@` stands for, inside a filter */
export function followPath(path: Path, sources: PathSources, here?: unknown): unknown {
  const root = rootValue(path, sources, here)
  let values: unknown[] = root === undefined ? [] : [root]
  let isList = false
  for (const [index, step] of path.steps.entries()) {
    if (step.kind === 'function') {
      const result = callFunction(step.name, isList ? values : values[0])
      values = result === undefined ? [] : [result]
      isList = false
      continue
    }
    if (step.kind === 'descend') {
      values = values.flatMap(withDescendants)
      isList = true
      continue
    }
    const afterDescend = path.steps[index - 1]?.kind === 'descend'
    values = values.flatMap((value) => take(step, value, sources, afterDescend))
    isList ||= !leadsToOne(step)
  }
  return isList ? values : values[0]
}

function rootValue({ root }: Path, sources: PathSources, here: unknown): unknown {
  switch (root.kind) {
    case 'input':
      return sources.input
    case 'context':
      return sources.context
    case 'here':
      return here
    case 'variable':
      return Object.hasOwn(sources.variables, root.name) ? sources.variables[root.name] : undefined
  }
}

const leadsToOne = (step: Step) => step.kind === 'names' || (step.kind === 'indexes' && step.indexes.length === 1)

function take(step: Step, value: unknown, sources: PathSources, afterDescend: boolean): unknown[] {
  switch (step.kind) {
    case 'names':
      return members(value, step.names)
    case 'indexes':
      return Array.isArray(value) ? step.indexes.flatMap((index) => present(value.at(index))) : []
    case 'slice':
      return Array.isArray(value) ? value.slice(step.from ?? 0, step.to ?? value.length) : []
    case 'all':
      return childrenOf(value)
    case 'filter':
      return filtered(value, (one) => passes(step.test, (path) => followPath(path, sources, one)), afterDescend)
    case 'descend':
    case 'function':
      return [] // handled by the caller
  }
}

/** An object is tested as a whole; after `..` it is met as a member of its parent already. */
function filtered(value: unknown, test: (one: unknown) => boolean, afterDescend: boolean): unknown[] {
  if (Array.isArray(value)) return value.filter(test)
  return !afterDescend && isObject(value) && test(value) ? [value] : []
}

function members(value: unknown, names: readonly string[]): unknown[] {
  if (!isObject(value)) return []
  const entries = names.filter((name) => Object.hasOwn(value, name)).map((name) => [name, value[name]] as const)
  if (names.length > 1) return [Object.fromEntries(entries)]
  return entries.map(([, member]) => member)
}

function withDescendants(value: unknown): unknown[] {
  return [value, ...childrenOf(value).flatMap(withDescendants)]
}

function childrenOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  return isObject(value) ? Object.values(value) : []
}

/** Each value as a list of one; what is undefined as an empty one. */
const present = (value: unknown): unknown[] => (value === undefined ? [] : [value])

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
