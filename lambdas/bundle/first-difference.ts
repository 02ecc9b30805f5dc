/** Path to the first place at which two JSON values differ; null when they are equal. */
export function firstDifference(
  first: unknown,
  second: unknown,
  path: readonly string[] = [],
): readonly string[] | null {
  if (Object.is(first, second)) return null
  if (!isContainer(first) || !isContainer(second)) return path
  for (const key of new Set([...Object.keys(first), ...Object.keys(second)])) {
    const found = firstDifference(first[key], second[key], [...path, key])
    if (found) return found
  }
  return null
}

const isContainer = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
