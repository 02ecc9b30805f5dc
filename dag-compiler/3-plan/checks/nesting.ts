/** Parallels that nest deeper than tools can read. */
import { nestingTooDeep } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'
import type { Module } from '../module.ts'

/**
 * AWS publishes no limit, only that there is one (`TOO_DEEPLY_NESTED`). A random graph of 10,000 tasks needs 58; parsers
 * of JSON give up at a few thousand levels, and each Parallel takes four.
 */
const deepestNesting = 200

export function checkNesting(dag: string, { depth }: Module): Problem[] {
  return depth > deepestNesting ? [nestingTooDeep({ dag, depth, limit: deepestNesting })] : []
}
