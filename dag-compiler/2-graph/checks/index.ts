/** All checks of phase 2, in one list. Their problems are sorted by code and task, errors first. */
import type { DagDefinition } from '../../1-define/dag-definition.ts'
import type { Problem } from '../../problems/problem.ts'
import { checkAuthored } from './authored.ts'
import { checkCron } from './cron.ts'
import { checkLegalId } from './legal-id.ts'
import { checkNoCycle } from './no-cycle.ts'
import { checkNotEmpty } from './not-empty.ts'
import { checkOptionEffects } from './option-effects.ts'
import { checkSchedule } from './schedule.ts'
import { checkSelfEdge } from './self-edge.ts'
import { checkTimezone } from './timezone.ts'
import { checkUniqueId } from './unique-id.ts'

const checks: readonly ((definition: DagDefinition) => readonly Problem[])[] = [
  checkAuthored,
  checkCron,
  checkLegalId,
  checkNoCycle,
  checkNotEmpty,
  checkOptionEffects,
  checkSchedule,
  checkSelfEdge,
  checkTimezone,
  checkUniqueId,
]

export function checkDefinition(definition: DagDefinition): readonly Problem[] {
  return checks.flatMap((check) => check(definition)).toSorted(byOrder)
}

function byOrder(a: Problem, b: Problem): number {
  return compare(a.severity, b.severity) || compare(a.code, b.code) || compare(a.where.task ?? '', b.where.task ?? '')
}

/** By code units, so that the order is the same whatever the machine's locale. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
