/**
 * Options that are recorded but change nothing yet: a warning for each that the author set to more than its default,
 * because somebody who wrote `dependsOnPast: true` relies on it.
 */
import type { JsonValue } from '../../../run-model/index.ts'
import type { DagDefinition, TaskSpecValue } from '../../1-define/dag-definition.ts'
import { optionWithoutEffect } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'

/** Recorded and shown; nobody expects them to change how a run goes. */
const shownOnly: ReadonlySet<string> = new Set([
  'mapIndexTemplate',
  'returnsDagResult',
  'emailOnFailure',
  'emailOnRetry',
])

export function checkOptionEffects({ dagId, spec, tasks }: DagDefinition): readonly Problem[] {
  const ofDag = withoutEffect(spec.recorded).map(([option, value]) =>
    optionWithoutEffect({ dag: dagId, option, value: JSON.stringify(value) }),
  )
  const ofTasks = tasks.flatMap(({ taskId, spec }) =>
    [...withoutEffect(spec.recorded), ...withoutEffect(limits(spec))].map(([option, value]) =>
      optionWithoutEffect({ dag: dagId, task: taskId, option, value: JSON.stringify(value) }),
    ),
  )
  return [...ofDag, ...ofTasks]
}

/** Options with a place of their own that only order or limit tasks, where they differ from Airflow's default. */
function limits({ pool, poolSlots, priorityWeight, weightRule }: TaskSpecValue): Readonly<Record<string, JsonValue>> {
  const isUsual = pool === 'default_pool' && poolSlots === 1 && priorityWeight === 1 && weightRule === 'downstream'
  if (isUsual) return none
  return {
    ...(pool !== 'default_pool' && { pool }),
    ...(poolSlots !== 1 && { poolSlots }),
    ...(priorityWeight !== 1 && { priorityWeight }),
    ...(weightRule !== 'downstream' && { weightRule }),
  }
}

const none: Readonly<Record<string, JsonValue>> = {}

function withoutEffect(options: Readonly<Record<string, JsonValue>>): readonly (readonly [string, JsonValue])[] {
  return Object.entries(options).filter(([key, value]) => !shownOnly.has(key) && !isOff(value))
}

const isOff = (value: JsonValue): boolean => value === false || value === null || value === 0
