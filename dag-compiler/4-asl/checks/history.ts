/** A run whose history would outgrow what Step Functions keeps: the execution would be ended in the middle. */
import { historyMayOverflow, historyTooLong } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'
import type { DagNumbers } from '../machine.ts'

/** Step Functions quota for STANDARD executions, fixed. */
const longestHistory = 25_000

/** @param worstCase events when every task fails after all its retries */
export function checkHistory(dag: string, { events, tasks }: DagNumbers, worstCase: number): Problem[] {
  if (events > longestHistory) return [historyTooLong({ dag, events, limit: longestHistory, tasks })]
  if (worstCase > longestHistory) return [historyMayOverflow({ dag, events: worstCase, limit: longestHistory })]
  return []
}
