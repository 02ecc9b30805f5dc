/**
 * Whether a text is a cron expression of five fields, and if not, which field is wrong and what it admits. Syntax only:
 * which instants match is `run-model/timetable.ts`. Names, ranges, steps, lists, `L` and `#` are those of semantics §3.
 */

export interface CronFault {
  readonly reason: string
  readonly fix: string
}

interface CronField {
  readonly name: string
  readonly min: number
  readonly max: number
  readonly names: readonly string[]
  /** `L` alone: the last day of the month. */
  readonly last: boolean
  /** `5L` and `5#2`: the last, or the second, Friday of the month. */
  readonly nth: boolean
}

const plain = { names: [], last: false, nth: false }
const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

const fields: readonly CronField[] = [
  { ...plain, name: 'minute', min: 0, max: 59 },
  { ...plain, name: 'hour', min: 0, max: 23 },
  { ...plain, name: 'day of month', min: 1, max: 31, last: true },
  { ...plain, name: 'month', min: 1, max: 12, names: months },
  // 0 and 7 are Sunday.
  { ...plain, name: 'day of week', min: 0, max: 7, names: days, nth: true },
]

const weeksInMonth = 5

/** The first fault of `expression`, or null. */
export function findCronFault(expression: string): CronFault | null {
  const parts = expression.trim().split(/\s+/)
  if (expression.trim() === '')
    return { reason: 'is empty', fix: "leave schedule out for manual runs only, or write '0 6 * * *'" }
  if (parts.length !== fields.length) return wrongCount(parts)
  for (const [index, field] of fields.entries()) {
    const part = parts[index] ?? ''
    const reason = findFieldFault(part, field)
    if (reason !== null)
      return { reason: `${field.name} "${part}" ${reason}`, fix: `${field.name} admits ${admits(field)}` }
  }
  return impossibleDate(parts)
}

function wrongCount(parts: readonly string[]): CronFault {
  const reason = `has ${parts.length} ${parts.length === 1 ? 'field' : 'fields'} instead of five`
  if (parts.length < fields.length) return { reason, fix: "for every day at six: '0 6 * * *'" }
  return {
    reason,
    fix: `fields for seconds and years do not exist; drop one: '${parts.slice(parts.length - 5).join(' ')}'`,
  }
}

/** `text` is a list of `*`, `a`, `a-b`, each with an optional `/step`, and the field's specials. */
function findFieldFault(text: string, field: CronField): string | null {
  for (const item of text.split(',')) {
    const fault = findItemFault(item, field)
    if (fault !== null) return fault
  }
  return null
}

function findItemFault(item: string, field: CronField): string | null {
  if (item === '') return 'has an empty entry'
  if (field.last && item.toUpperCase() === 'L') return null
  if (field.nth && /[#L]/i.test(item.replace(/^[A-Z]{3}/i, ''))) return findNthFault(item, field)
  const [range = '', step, ...more] = item.split('/')
  if (more.length > 0) return 'has more than one "/"'
  if (step !== undefined && !/^[1-9]\d*$/.test(step)) return `has the step "${step}"; a step is a whole number from 1`
  if (range === '*') return null
  const ends = range.split('-')
  if (ends.length > 2) return `has the range "${range}"; a range has two ends`
  const values = ends.map((end) => numberOf(end, field))
  const bad = ends.find((_, index) => values[index] === null)
  if (bad !== undefined) return bad === '' ? `has the range "${range}" without one end` : `is out of range: ${bad}`
  const [low, high] = values
  if (typeof low === 'number' && typeof high === 'number' && low > high)
    return `has the range ${range}, which runs backwards`
  return null
}

function findNthFault(item: string, field: CronField): string | null {
  const [, day = '', nth] = /^([^#L]*)(?:L|#(.*))$/i.exec(item) ?? []
  if (numberOf(day, field) === null) return `is out of range: ${item}`
  if (nth === undefined) return null
  return /^\d$/.test(nth) && Number(nth) >= 1 && Number(nth) <= weeksInMonth
    ? null
    : `has "#${nth}"; a month has the weeks #1 to #${weeksInMonth}`
}

/** Number of a value or name, or null. */
function numberOf(text: string, field: CronField): number | null {
  const named = field.names.indexOf(text.toUpperCase())
  if (named >= 0) return named + field.min
  if (!/^\d{1,2}$/.test(text)) return null
  const value = Number(text)
  return value >= field.min && value <= field.max ? value : null
}

function admits({ min, max, names, last, nth }: CronField): string {
  const values = `${min} to ${max}${names.length > 0 ? `, ${names[0]} to ${names.at(-1)}` : ''}`
  const specials = [...(last ? ['L'] : []), ...(nth ? ['5L', '5#2'] : [])]
  return `${values}, *, lists (a,b), ranges (a-b) and steps (*/n)${specials.length > 0 ? `, ${specials.join(', ')}` : ''}`
}

const daysInMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** `0 0 30 2 *` is five legal fields and never comes. Only a single day in single months is judged. */
function impossibleDate([, , day = '', month = '', weekday = '']: readonly string[]): CronFault | null {
  const monthField = fields[3]
  if (weekday !== '*' || !/^\d+$/.test(day) || !monthField) return null
  const chosen = month.split(',').map((text) => numberOf(text, monthField))
  if (chosen.some((value) => value === null)) return null
  const longest = Math.max(...chosen.map((value) => daysInMonth[(value ?? 1) - 1] ?? 31))
  return Number(day) <= longest
    ? null
    : { reason: `never fires: month ${month} has no day ${day}`, fix: 'use L for the last day of the month' }
}
