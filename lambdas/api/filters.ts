/**
 * Airflow's filter names say what they do: `<field>_gte` compares, `<field>_pattern` matches, a plain name is equality or
 * membership. This turns the filters that were given into one test on a flat value.
 */
type Field = string | number | boolean | null | readonly string[]
export type Flat = Readonly<Record<string, Field>>
export type FilterValue = string | number | boolean | readonly (string | number)[] | undefined

/** @param aliases filter field → field of the value, where the two names differ. */
export function matcher(
  filters: Readonly<Record<string, FilterValue>>,
  aliases: Readonly<Record<string, string>> = {},
): (value: Flat) => boolean {
  const tests = Object.entries(filters).flatMap(([name, wanted]) =>
    wanted === undefined ? [] : [testOf(name, wanted, aliases)],
  )
  return (value) => tests.every((test) => test(value))
}

function testOf(name: string, wanted: Exclude<FilterValue, undefined>, aliases: Readonly<Record<string, string>>) {
  const [, stem, suffix] = /^(.*?)(?:_(gte|gt|lte|lt|pattern))?$/.exec(name)!
  const field = aliases[stem!] ?? stem!
  if (suffix === 'pattern') return (value: Flat) => like(String(wanted))(value[field])
  if (suffix !== undefined) return (value: Flat) => compares(value[field], suffix, wanted)
  if (typeof wanted === 'object') return (value: Flat) => wanted.some((one) => one === (value[field] ?? 'none'))
  return (value: Flat) => value[field] === wanted
}

/** As in SQL, a missing value is on no side of any bound. */
function compares(actual: Field | undefined, suffix: string, wanted: Exclude<FilterValue, undefined>): boolean {
  const left = measure(actual)
  const right = measure(wanted)
  if (left === null || right === null) return false
  if (suffix === 'gte') return left >= right
  if (suffix === 'gt') return left > right
  return suffix === 'lte' ? left <= right : left < right
}

/** Dates are compared as instants, whatever their spelling. */
function measure(value: unknown): number | null {
  if (typeof value === 'number') return value
  return typeof value === 'string' ? Date.parse(value) : null
}

/** SQL LIKE as Airflow applies it: anywhere in the value, without regard to case, `|` between alternatives, `~` is all. */
function like(pattern: string): (value: Field | undefined) => boolean {
  const parts = pattern === '~' ? [''] : pattern.split('|').map((part) => part.trim())
  const forms = parts.map((part) => `%${part.toLowerCase()}%`)
  return (value) => typeof value === 'string' && forms.some((form) => fits(value.toLowerCase(), form))
}

/**
 * Walks text and form together and returns to the last `%` on a mismatch: at most text × form steps. A regular
 * expression made from a caller's pattern could take exponential time.
 */
function fits(text: string, form: string): boolean {
  let at = 0
  let inForm = 0
  let percent = -1
  let resumeAt = 0
  while (at < text.length) {
    if (form[inForm] === '%') {
      percent = inForm++
      resumeAt = at
    } else if (inForm < form.length && (form[inForm] === '_' || form[inForm] === text[at])) {
      at++
      inForm++
    } else if (percent >= 0) {
      inForm = percent + 1
      at = ++resumeAt
    } else return false
  }
  return [...form.slice(inForm)].every((rest) => rest === '%')
}
