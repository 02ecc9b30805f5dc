/** Schedules: presets, `@once`, `@continuous`, and cron expressions of five fields (semantics §3). */
import { cronPresets, didYouMean } from '../../../run-model/index.ts'
import type { DagDefinition } from '../../1-define/dag-definition.ts'
import { badCron } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'
import { findCronFault } from '../cron-syntax.ts'

const presets = Object.keys(cronPresets)
const alone = ['@once', '@continuous']

export function checkCron({ dagId, spec }: DagDefinition): readonly Problem[] {
  const { schedule } = spec
  if (schedule === null) return []
  const expressions = typeof schedule === 'string' ? [schedule] : schedule
  if (expressions.length === 0) {
    const fix = 'leave schedule out for manual runs only, or name at least one cron expression'
    return [badCron({ dag: dagId, expression: '[]', reason: 'the array is empty', fix })]
  }
  return expressions.flatMap((expression) => {
    const fault = findFault(expression, expressions.length > 1 || typeof schedule !== 'string')
    return fault === null ? [] : [badCron({ dag: dagId, expression, ...fault })]
  })
}

interface Fault {
  readonly reason: string
  readonly fix: string
}

function findFault(expression: string, inArray: boolean): Fault | null {
  if (!expression.startsWith('@')) return findCronFault(expression)
  if (presets.includes(expression) || (!inArray && alone.includes(expression))) return null
  if (alone.includes(expression)) {
    return { reason: 'cannot be one of several schedules', fix: `write it alone: schedule: '${expression}'` }
  }
  const near = didYouMean(expression, [...presets, ...alone])
  const known = [...presets, ...alone].join(', ')
  return {
    reason: 'there is no such preset',
    fix: near ? `did you mean ${near}?` : `use one of ${known}, or a cron expression`,
  }
}
