/** How often a schedule fires in a month, on average over the year that begins now. */
import { type DagManifest, ticksBetween } from '../../run-model/index.ts'

type Schedule = DagManifest['schedule']

const dayMs = 86_400_000
const daysPerMonth = 365 / 12
/** From so many ticks a week on, one week says as much as a year and is counted much faster. */
const manyTicks = 500

/** Null where the schedule does not say: no schedule, `@once`, and `@continuous`, which fires whenever a run has ended. */
export function runsPerMonth(schedule: Schedule, nowMs: number): number | null {
  if (!Array.isArray(schedule.expressions)) return null
  const inWeek = ticksIn(schedule, nowMs, 7)
  return inWeek >= manyTicks ? (inWeek / 7) * daysPerMonth : ticksIn(schedule, nowMs, 365) / 12
}

/** Start and end dates are left out: the question is what it costs while it runs. */
function ticksIn(schedule: Schedule, nowMs: number, days: number): number {
  const text = (ms: number) => new Date(ms).toISOString()
  const endless = { ...schedule, startDate: null, endDate: null }
  return ticksBetween(endless, text(nowMs), text(nowMs + days * dayMs)).length
}
