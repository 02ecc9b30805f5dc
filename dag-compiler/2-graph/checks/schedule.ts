/** Options of a schedule that contradict each other. */
import type { DagDefinition } from '../../1-define/dag-definition.ts'
import { badOption, catchupWithoutStart } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'

export function checkSchedule({ dagId, spec }: DagDefinition): readonly Problem[] {
  const { schedule, catchup, startDate, endDate, maxActiveRuns } = spec
  const problems: Problem[] = []
  const bad = (option: string, given: string, expected: string) =>
    problems.push(badOption({ dag: dagId, option, given, expected }))
  if (schedule === '@continuous' && maxActiveRuns !== 1) {
    bad(
      'maxActiveRuns',
      String(maxActiveRuns),
      '1 with the schedule @continuous, whose next run starts when the last one ends',
    )
  }
  if (startDate !== null && endDate !== null && Date.parse(endDate) < Date.parse(startDate)) {
    bad('endDate', endDate, `at or after startDate, ${startDate}`)
  }
  if (catchup && schedule !== null && startDate === null) problems.push(catchupWithoutStart({ dag: dagId }))
  return problems
}
