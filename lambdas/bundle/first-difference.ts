/** The first place at which two JSON values differ, for a message; null when they are equal. */
export interface Difference {
  readonly path: string
  readonly first: string
  readonly second: string
}

export function firstDifference(first: unknown, second: unknown, path = ''): Difference | null {
  if (Object.is(first, second)) return null
  if (!isContainer(first) || !isContainer(second)) return { path, first: show(first), second: show(second) }
  const keys = new Set([...Object.keys(first), ...Object.keys(second)])
  for (const key of keys) {
    const found = firstDifference(first[key], second[key], path === '' ? key : `${path}.${key}`)
    if (found) return found
  }
  return null
}

const isContainer = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** Longest text shown of each side. */
const longestShown = 60

function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value))
  return text.length <= longestShown ? text : `${text.slice(0, longestShown - 1)}…`
}
