/** A random run as text that a person can read, edges, what is not default, what tasks do; and a check of many that failed. */
import type { RunDetails } from 'fast-check'
import type { DagDefinition } from '../../../dag-compiler/index.ts'
import type { RandomRun } from './random-dags.ts'

export function describeRun({ definition, scenario }: RandomRun): string {
  const tasks = definition.tasks.map((task) => {
    const { taskId, spec, isSetup, teardown, mapping } = task
    const words = [
      spec.triggerRule,
      spec.retries > 0 ? `${spec.retries} retries after ${spec.retryDelay} s` : '',
      isSetup ? 'setup' : '',
      teardown ? `teardown of ${teardown.setups}${teardown.onFailureFailDagrun ? ', counts' : ''}` : '',
      task.options ? JSON.stringify(task.options) : '',
      mapping ? `mapped over ${JSON.stringify(mapping.kind === 'expand' ? mapping.over : mapping)}` : '',
      decisionText(definition, taskId),
    ]
    return `  ${taskId}: ${words.filter(Boolean).join(', ')}; ${JSON.stringify(scenario.get(taskId))}`
  })
  return [definition.edges.map((edge) => edge.join('>')).join(' '), ...tasks].join('\n')
}

/** Only what a person needs: the case after shrinking, and how to see it again. */
export function reportCase({
  failed,
  seed: used,
  numRuns: at,
  counterexamplePath,
  errorInstance,
}: RunDetails<[RandomRun]>): void {
  if (!failed) return
  throw new Error(`STEPDAG_SEED=${used}, case ${at}, path ${counterexamplePath}\n${String(errorInstance)}`)
}

function decisionText({ decisions }: DagDefinition, taskId: string): string {
  const decision = decisions?.find(({ decider }) => decider === taskId)
  if (!decision) return ''
  const { decider: _, ...rest } = decision
  return `decides ${JSON.stringify(rest)}`
}
