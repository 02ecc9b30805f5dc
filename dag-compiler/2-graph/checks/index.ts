/** All checks of phase 2, in one list. Their problems are sorted by code and task, errors first. */
import type { DagDefinition } from '../../1-define/dag-definition.ts'
import type { Problem } from '../../problems/problem.ts'
import type { Network } from '../network.ts'
import { checkAuthored } from './authored.ts'
import { checkCron } from './cron.ts'
import { checkDeciders } from './deciders.ts'
import { checkExecutionTimeout } from './execution-timeout.ts'
import { checkFailFast } from './fail-fast.ts'
import { checkGroups } from './groups.ts'
import { checkLegalId } from './legal-id.ts'
import { checkMapping } from './mapping.ts'
import { checkNoCycle } from './no-cycle.ts'
import { checkNotEmpty } from './not-empty.ts'
import { checkOptionEffects } from './option-effects.ts'
import { checkPokes } from './pokes.ts'
import { checkSchedule } from './schedule.ts'
import { checkSelfEdge } from './self-edge.ts'
import { checkServiceCalls } from './service-calls.ts'
import { checkStrayValues } from './stray-values.ts'
import { checkTeardowns } from './teardowns.ts'
import { checkTimezone } from './timezone.ts'
import { checkUniqueId } from './unique-id.ts'
import { checkUnknownEnds } from './unknown-ends.ts'

const checks: readonly ((definition: DagDefinition, net: Network) => readonly Problem[])[] = [
  checkAuthored,
  checkCron,
  checkDeciders,
  checkExecutionTimeout,
  checkFailFast,
  checkGroups,
  checkLegalId,
  checkMapping,
  checkNoCycle,
  checkNotEmpty,
  checkOptionEffects,
  checkPokes,
  checkSchedule,
  checkSelfEdge,
  checkServiceCalls,
  checkStrayValues,
  checkTeardowns,
  checkTimezone,
  checkUniqueId,
  checkUnknownEnds,
]

export function checkDefinition(definition: DagDefinition, net: Network): readonly Problem[] {
  return checks.flatMap((check) => check(definition, net)).toSorted(byOrder)
}

function byOrder(a: Problem, b: Problem): number {
  return compare(a.severity, b.severity) || compare(a.code, b.code) || compare(a.where.task ?? '', b.where.task ?? '')
}

/** By code units, so that the order is the same whatever the machine's locale. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
