/** Reads `$name.a.'b'` without the JSONata library. Invariant: it answers exactly what the library would, or does not answer. */
import type { Bindings } from './expression.ts'

const pathText = /^\s*\$([A-Za-z_]\w*)((?:\.(?:[A-Za-z_]\w*|'[^'\\]*'|"[^"\\]*"|`[^`]*`))*)\s*$/
const stepText = /\.([A-Za-z_]\w*|'[^'\\]*'|"[^"\\]*"|`[^`]*`)/g
/** Words that JSONata reads as operators or values, not as names. */
const reserved = new Set(['and', 'or', 'in', 'true', 'false', 'null', 'function'])

/**
 * Null when the text is not such a path. The returned function answers undefined when a step is missing or is not a plain
 * object: arrays map and flatten in JSONata, and that is the library's business.
 */
export function readPlainPath(text: string): ((bindings: Bindings) => unknown) | null {
  const match = pathText.exec(text)
  if (!match) return null
  const root = match[1]!
  const steps = [...match[2]!.matchAll(stepText)].map((step) => step[1]!)
  if (root === 'function' || steps.some((step) => reserved.has(step))) return null
  const names = steps.map((step) => (/^['"`]/.test(step) ? step.slice(1, -1) : step))
  return (bindings) => {
    let value: unknown = Object.hasOwn(bindings, root) ? bindings[root] : undefined
    for (const name of names) {
      if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name))
        return undefined
      value = (value as Record<string, unknown>)[name] // a plain object with that member, by the line above
    }
    return value
  }
}
