/** With `failFast` the first failure ends the run, so a rule that reacts to failures or skips never would. */
import type { DagDefinition } from '../../1-define/dag-definition.ts'
import { failFastRule } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'

export function checkFailFast({ dagId: dag, spec, tasks }: DagDefinition): readonly Problem[] {
  if (spec.onFailure !== 'failFast') return []
  return tasks
    .filter(({ teardown, spec: { triggerRule } }) => !teardown && triggerRule !== 'all_success')
    .map(({ taskId: task, spec: { triggerRule: rule } }) => failFastRule({ dag, task, rule }))
}
