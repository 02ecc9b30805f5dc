/** Plain JSONPath: `$`, `$.a.b`, `$['a']`, `$.a[0]`, `$$.…` for the context object and `$name.…` for a variable. */

const whole = /^\$(\$|[A-Za-z_]\w*)?((?:\.[\w-]+|\['[^']*'\]|\["[^"]*"\]|\[\d+\])*)$/
const step = /\.([\w-]+)|\['([^']*)'\]|\["([^"]*)"\]|\[(\d+)\]/g

export function isPlainPath(path: string): boolean {
  return whole.test(path)
}

/** Undefined when the path leads nowhere. */
export function readPath(
  path: string,
  root: unknown,
  context: unknown,
  variables: Readonly<Record<string, unknown>>,
): unknown {
  const match = whole.exec(path)
  if (!match) throw new Error(`"${path}" is not a plain path; checkDefinition should have refused it`)
  const [, name, rest] = match
  let value = name === undefined ? root : name === '$' ? context : variables[name]
  for (const key of keysOf(rest!)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string, unknown>)[key] // an object with that member, by the line above
  }
  return value
}

/** A copy of `target` with `value` at the path; objects on the way are made. */
export function writePath(path: string, target: unknown, value: unknown): unknown {
  const keys = keysOf(whole.exec(path)?.[2] ?? '')
  return put(target, keys, value)
}

function put(target: unknown, keys: readonly string[], value: unknown): unknown {
  const [key, ...rest] = keys
  if (key === undefined) return value
  const base = typeof target === 'object' && target !== null && !Array.isArray(target) ? target : {}
  const inner = Object.hasOwn(base, key) ? (base as Record<string, unknown>)[key] : undefined
  return { ...base, [key]: put(inner, rest, value) }
}

function keysOf(steps: string): string[] {
  return [...steps.matchAll(step)].map((match) => (match[1] ?? match[2] ?? match[3] ?? match[4])!)
}
