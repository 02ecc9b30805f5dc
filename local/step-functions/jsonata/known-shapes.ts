/**
 * The expressions that the compiler emits most, as plain functions: the JSONata package needs about a tenth of a millisecond
 * per step and a millisecond to parse, too long for ten thousand tasks. A shape that is not recognised goes to the package.
 * Invariant: it answers exactly what the package would, or does not answer; a property test compares both.
 */
type Data = Readonly<Record<string, unknown>>

/** Undefined where the package has to decide. */
type Evaluation = (states: Data) => unknown

const entry = String.raw`'(?:[^'\\]|\\.)*':(?:'[a-z_]+'|\$states\.result(?:\.Payload)?\.s)`
const merged = new RegExp(String.raw`^\$merge\(\[\$states\.input,\{(${entry}(?:,${entry})*)\}\]\)$`)
const oneEntry = /'((?:[^'\\]|\\.)*)':('[a-z_]+'|\$states\.result(?:\.Payload)?\.s)/g
const sifted = /^\$sift\((.*),function\(\$v,\$k\)\{\$k!='\^'\}\)$/s
const prefixed = /^'([^'\\]*)' & (\$states(?:\.[A-Za-z]+)+)$/
const path = /^\$states(?:\.[A-Za-z]+)+$/
const branches = '$merge([$states.input,$merge($states.result)])'

/** @param source without `{%` and `%}`; @returns null for an expression of no known shape */
export function recognise(source: string): Evaluation | null {
  const text = source.trim()
  const inner = sifted.exec(text)
  if (inner) return siftedFrom(inner[1]!)
  if (text === branches) return ({ input, result }) => mergeBranches(input, result)
  const merge = merged.exec(text)
  if (merge) return mergedWith(merge[1]!)
  const prefix = prefixed.exec(text)
  if (prefix) return prefixedWith(prefix[1]!, prefix[2]!)
  return path.test(text) ? pathTo(text) : null
}

/** The package drops an empty result, so that is left to it. */
function siftedFrom(source: string): Evaluation | null {
  const data = recognise(source)
  if (!data) return null
  return (states) => {
    const value = data(states)
    if (!isObject(value)) return undefined
    const { '^': _, ...own } = value
    return Object.keys(own).length > 0 ? own : undefined
  }
}

function mergeBranches(input: unknown, result: unknown): unknown {
  if (!isObject(input) || !Array.isArray(result) || !result.every(isObject)) return undefined
  // Not by assignment: `__proto__` is a legal task id.
  return Object.fromEntries([input, ...result].flatMap((frame) => Object.entries(frame)))
}

function mergedWith(entries: string): Evaluation | null {
  const pairs = [...entries.matchAll(oneEntry)].map(([, key, value]) => ({
    key: key!.replace(/\\(.)/g, '$1'),
    read: value!.startsWith("'") ? () => value!.slice(1, -1) : pathTo(value!),
  }))
  // Assigning to this key means something else to the package than to JSON.
  if (pairs.some(({ key }) => key === '__proto__')) return null
  return (states) => {
    const { input } = states
    if (!isObject(input)) return undefined
    const data: Record<string, unknown> = { ...input }
    for (const { key, read } of pairs) {
      data[key] = read(states)
      if (data[key] === undefined) return undefined
    }
    return data
  }
}

function prefixedWith(prefix: string, source: string): Evaluation {
  const value = pathTo(source)
  return (states) => {
    const text = value(states)
    return typeof text === 'string' ? prefix + text : undefined
  }
}

function pathTo(source: string): Evaluation {
  const names = source.split('.').slice(1)
  return (states) => walk(states, names)
}

function walk(states: Data, names: readonly string[]): unknown {
  let value: unknown = states
  for (const name of names) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  return value
}

const isObject = (value: unknown): value is Data => typeof value === 'object' && value !== null && !Array.isArray(value)
