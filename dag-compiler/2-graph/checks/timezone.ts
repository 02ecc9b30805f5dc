/** The zone in which the schedule is read: a name that `Intl` knows, so one of the IANA database. */
import type { DagDefinition } from '../../1-define/dag-definition.ts'
import { badTimezone } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'

export function checkTimezone({ dagId, spec }: DagDefinition): readonly Problem[] {
  return isZone(spec.timezone) ? [] : [badTimezone({ dag: dagId, timezone: spec.timezone })]
}

function isZone(timezone: string): boolean {
  // Newer engines take offsets such as +02:00; they have no rules for summer time and older engines refuse them.
  if (/^[+-]\d/.test(timezone)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone })
    return true
  } catch {
    return false
  }
}
