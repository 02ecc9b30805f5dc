/** A run whose history would outgrow what Step Functions keeps: the execution would be ended in the middle. */
import { historyMayOverflow, historyTooLong } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'
import { longestHistory } from '../emit-dag.ts'
import type { DagNumbers } from '../machine.ts'

export function checkHistory(dag: string, { events, tasks, worstCaseEvents, maps = [] }: DagNumbers): Problem[] {
  const iterations = maps.filter(({ isDistributed }) => isDistributed).map(({ eventsEach }) => eventsEach)
  const longest = Math.max(events, ...iterations)
  if (longest > longestHistory) return [historyTooLong({ dag, events: longest, limit: longestHistory, tasks })]
  if (worstCaseEvents > longestHistory)
    return [historyMayOverflow({ dag, events: worstCaseEvents, limit: longestHistory })]
  return []
}
