/**
 * A second, independent reading of the cron rules of semantics §3: walks every minute of a span, labels it with its local
 * time, and picks the minutes that match. Slow and simple; knows `*`, lists, ranges, steps and numbers.
 */

interface Minute {
  readonly instantMs: number
  /** Local time as minutes since 1970, as if it were UTC. */
  readonly local: number
}

export function oracle(timezone: string, from: string, to: string): (expression: string) => readonly string[] {
  const minutes = minutesOf(timezone, Date.parse(from) - 3 * dayMs, Date.parse(to) + 3 * dayMs)
  return (expression) => ticksIn(minutes, expression, { from, to })
}

function ticksIn(
  minutes: readonly Minute[],
  expression: string,
  { from, to }: { readonly from: string; readonly to: string },
): readonly string[] {
  const fields = expression.split(' ')
  const everyHour = expand(fields[1]!, 0, 23).size === 24
  const found = everyHour
    ? minutes.filter((minute) => matches(fields, minute.local)).map((minute) => minute.instantMs)
    : onceADay(fields, minutes)
  const inside = found.filter((instantMs) => instantMs > Date.parse(from) && instantMs <= Date.parse(to))
  return [...new Set(inside)].sort((a, b) => a - b).map((instantMs) => new Date(instantMs).toISOString())
}

const dayMs = 86_400_000

function minutesOf(timezone: string, fromMs: number, toMs: number): readonly Minute[] {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'medium' })
  const minutes: Minute[] = []
  for (let instantMs = fromMs; instantMs <= toMs; instantMs += 60_000) {
    // Swedish prints `2026-03-29 03:30:00`.
    const local = Date.parse(`${format.format(instantMs).replace(' ', 'T')}Z`) / 60_000
    minutes.push({ instantMs, local })
  }
  return minutes
}

/** Every local minute of the calendar once: the last instant that shows it, or the one a gap pushes it to. */
function onceADay(fields: readonly string[], minutes: readonly Minute[]): readonly number[] {
  const shown = new Map(minutes.map((minute) => [minute.local, minute.instantMs]))
  const gapAt = new Map<number, number>()
  minutes.forEach((minute, i) => {
    const before = minutes[i - 1]
    if (!before) return
    for (let missing = before.local + 1; missing < minute.local; missing += 1) {
      gapAt.set(missing, minute.local - before.local - 1)
    }
  })
  const instants: number[] = []
  for (let local = minutes[0]!.local; local <= minutes.at(-1)!.local; local += 1) {
    if (!matches(fields, local)) continue
    const instant = shown.get(local + (gapAt.get(local) ?? 0))
    if (instant !== undefined) instants.push(instant)
  }
  return instants
}

function matches(fields: readonly string[], local: number): boolean {
  const date = new Date(local * 60_000)
  const [minute, hour, day, month, weekday] = fields as [string, string, string, string, string] // five fields
  const ofMonth = expand(day, 1, 31).has(date.getUTCDate())
  const ofWeek = expand(weekday.replace(/7/g, '0'), 0, 6).has(date.getUTCDay())
  const onDay = day === '*' || weekday === '*' ? ofMonth && ofWeek : ofMonth || ofWeek
  return (
    onDay &&
    expand(minute, 0, 59).has(date.getUTCMinutes()) &&
    expand(hour, 0, 23).has(date.getUTCHours()) &&
    expand(month, 1, 12).has(date.getUTCMonth() + 1)
  )
}

const expanded = new Map<string, ReadonlySet<number>>()
function expand(field: string, least: number, most: number): ReadonlySet<number> {
  const key = `${field} ${least} ${most}`
  const known = expanded.get(key)
  if (known) return known
  const values = new Set<number>()
  for (const part of field.split(',')) {
    const [range, step] = part.split('/')
    const [low, high] = range === '*' ? [least, most] : range!.split('-').map(Number)
    for (let value = low!; value <= (high ?? (step ? most : low!)); value += Number(step ?? 1)) values.add(value)
  }
  expanded.set(key, values)
  return values
}
