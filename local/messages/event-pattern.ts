/** Does an event match a pattern? Source: Amazon EventBridge User Guide, "Event patterns": lists of alternatives, nested like the event. */

type Json = Readonly<Record<string, unknown>>
/** @returns whether the value, which may be absent, is as the filter says */
type Filter = (value: unknown, operand: unknown) => boolean

const filters: Readonly<Record<string, Filter>> = {
  prefix: (value, operand) => typeof value === 'string' && value.startsWith(String(operand)),
  suffix: (value, operand) => typeof value === 'string' && value.endsWith(String(operand)),
  exists: (value, operand) => (value !== undefined) === operand,
  'anything-but': (value, operand) =>
    value !== undefined && !(Array.isArray(operand) ? operand : [operand]).includes(value),
  'equals-ignore-case': (value, operand) =>
    typeof value === 'string' && value.toLowerCase() === String(operand).toLowerCase(),
  numeric: (value, operand) => typeof value === 'number' && Array.isArray(operand) && inRange(value, operand),
}

/** @returns what is wrong with the pattern, or null */
export function patternProblem(pattern: unknown): string | null {
  if (!isObject(pattern) || Object.keys(pattern).length === 0) return 'Event pattern is not a JSON object with members'
  for (const [name, wanted] of Object.entries(pattern)) {
    const problem = Array.isArray(wanted) ? alternativesProblem(name, wanted) : patternProblem(wanted)
    if (problem !== null)
      return Array.isArray(wanted) || isObject(wanted) ? problem : `"${name}" must be an object or a list`
  }
  return null
}

function alternativesProblem(name: string, wanted: readonly unknown[]): string | null {
  const odd = wanted.find((one) => isObject(one) && !(Object.keys(one).length === 1 && Object.keys(one)[0]! in filters))
  return odd === undefined ? null : `"${name}" has a filter that the local world does not know: ${JSON.stringify(odd)}`
}

/** @param pattern without a problem */
export function matches(pattern: Json, event: unknown): boolean {
  const values = isObject(event) ? event : {}
  return Object.entries(pattern).every(
    ([name, wanted]) =>
      Array.isArray(wanted) ? matchesOne(wanted, values[name]) : matches(wanted as Json, values[name]), // checked: an object
  )
}

/** A list in the event matches when one of its items does. */
function matchesOne(wanted: readonly unknown[], value: unknown): boolean {
  const values = Array.isArray(value) ? value : [value]
  return wanted.some((alternative) => values.some((one) => isAlternative(alternative, one)))
}

function isAlternative(alternative: unknown, value: unknown): boolean {
  if (!isObject(alternative)) return alternative === value
  const [[name, operand]] = Object.entries(alternative) as [[string, unknown]] // checked: one filter
  return filters[name]!(value, operand)
}

function inRange(value: number, operand: readonly unknown[]): boolean {
  for (let at = 0; at < operand.length; at += 2) {
    if (!compare(value, String(operand[at]), Number(operand[at + 1]))) return false
  }
  return true
}

function compare(value: number, relation: string, limit: number): boolean {
  switch (relation) {
    case '=':
      return value === limit
    case '<':
      return value < limit
    case '<=':
      return value <= limit
    case '>':
      return value > limit
    case '>=':
      return value >= limit
  }
  return false
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
