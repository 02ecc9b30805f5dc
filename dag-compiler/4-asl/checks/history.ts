/** A run whose history would outgrow what Step Functions keeps: the execution would be ended in the middle. */
import { historyMayOverflow, historyTooLong } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'
import type { DagNumbers } from '../machine.ts'

/** Step Functions quota for STANDARD executions, fixed. */
const longestHistory = 25_000

export function checkHistory(dag: string, { events, tasks, worstCaseEvents }: DagNumbers): Problem[] {
  if (events > longestHistory) return [historyTooLong({ dag, events, limit: longestHistory, tasks })]
  if (worstCaseEvents > longestHistory)
    return [historyMayOverflow({ dag, events: worstCaseEvents, limit: longestHistory })]
  return []
}
