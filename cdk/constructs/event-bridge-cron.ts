/**
 * Five-field cron → EventBridge Scheduler expressions. EventBridge numbers weekdays 1 to 7 from Sunday, demands `?` in
 * one of the two day fields, and has a year field. Cron's "either day field may match" needs two alarms; the launcher's
 * ledger merges them, and an alarm that finds nothing due does nothing.
 */
const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

/**
 * @param expression five fields, already checked by the compiler; presets resolved.
 * @returns one or two `cron(…)` expressions.
 */
export function eventBridgeCrons(expression: string): readonly string[] {
  const [minute, hour, dayOfMonth, month, dayOfWeek] = expression.trim().split(/\s+/) as [
    string,
    string,
    string,
    string,
    string,
  ]
  const alarm = (dom: string, dow: string) =>
    `cron(${steps(minute, 59)} ${steps(hour, 23)} ${dom} ${steps(monthNumbers(month), 12)} ${dow} *)`
  const anyDay = isAny(dayOfMonth)
  const anyWeekday = isAny(dayOfWeek)
  if (anyWeekday) return [alarm(anyDay ? '*' : steps(dayOfMonth, 31), '?')]
  const weekday = weekdays(dayOfWeek)
  return anyDay ? [alarm('?', weekday)] : [alarm(steps(dayOfMonth, 31), '?'), alarm('?', weekday)]
}

function isAny(field: string): boolean {
  return field === '*' || field === '?'
}

/** Month names as numbers, so that a range of names can take a step. */
function monthNumbers(field: string): string {
  return field.toUpperCase().replace(/[A-Z]{3}/g, (name) => String(months.indexOf(name) + 1))
}

/** EventBridge reads a step as `start/step`; cron's `*` and `a-b` before a step become a start or a list. */
function steps(field: string, last: number): string {
  return field
    .toUpperCase()
    .split(',')
    .map((part) => {
      const [range, step] = part.split('/') as [string, string?]
      if (step === undefined) return range
      if (range === '*') return `${last === 59 || last === 23 ? 0 : 1}/${step}`
      const [from, to] = range.split('-') as [string, string?]
      if (to === undefined) return `${from}/${step}`
      return list(Number(from), Number(to), Number(step)).join(',')
    })
    .join(',')
}

/** Weekdays by name: names mean the same in both dialects, numbers do not. */
function weekdays(field: string): string {
  return field.toUpperCase().split(',').map(weekdayPart).join(',')
}

function weekdayPart(part: string): string {
  const [range, step] = part.split('/') as [string, string?]
  const nth = /^(.+)#(\d)$/.exec(range)
  if (nth) return `${weekdayNumber(nth[1]!) + 1}#${nth[2]}`
  const last = /^(.+)L$/.exec(range)
  if (last) return `${weekdayNumber(last[1]!) + 1}L`
  if (step === undefined && !range.includes('-')) return days[weekdayNumber(range)]!
  const [from, to] = range === '*' ? [0, 6] : weekdayRange(range, step !== undefined)
  return list(from, to, Number(step ?? 1))
    .map((day) => days[day % 7])
    .join(',')
}

/** `FRI-MON` wraps; a bare `2/2` runs to Saturday. */
function weekdayRange(range: string, stepped: boolean): [number, number] {
  const [from, to] = range.split('-') as [string, string?]
  const first = weekdayNumber(from)
  if (to === undefined) return [first, stepped ? 6 : first]
  const end = to === '7' ? 7 : weekdayNumber(to)
  return [first, end < first ? end + 7 : end]
}

function weekdayNumber(day: string): number {
  const named = days.indexOf(day)
  return named >= 0 ? named : Number(day) % 7
}

function list(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step)
}
