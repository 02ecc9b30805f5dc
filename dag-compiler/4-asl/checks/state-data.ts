/** Data between states that Step Functions would refuse: the execution would be ended in the middle. */
import { stateDataMayOverflow } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'
import type { DagNumbers } from '../machine.ts'

/** Step Functions quota for input and output of a state, fixed. */
const largestStateData = 262_144

export function checkStateData(dag: string, { stateDataBytes }: DagNumbers): Problem[] {
  if (stateDataBytes <= largestStateData) return []
  return [stateDataMayOverflow({ dag, bytes: stateDataBytes, limit: largestStateData })]
}
