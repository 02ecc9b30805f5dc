/** Trigger rules that change nothing: a task without upstreams runs under any rule (semantics §7). */
import type { Graph } from '../../2-graph/graph.ts'
import { ruleWithoutEffect } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'

export function findRulesWithoutEffect({ dagId, tasks }: Graph): readonly Problem[] {
  return tasks
    .filter(({ upstreams, spec }) => upstreams.length === 0 && spec.triggerRule !== 'all_success')
    .map(({ taskId, spec }) => ruleWithoutEffect({ dag: dagId, task: taskId, rule: spec.triggerRule }))
}
