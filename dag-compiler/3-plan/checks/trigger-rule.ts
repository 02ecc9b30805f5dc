/** Rules that fire before all upstreams ended need gates of their own, which this compiler does not plan yet. */
import type { TriggerRule } from '../../../run-model/index.ts'
import type { Graph } from '../../2-graph/graph.ts'
import { triggerRuleNotSupported } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'

const early: ReadonlySet<TriggerRule> = new Set(['one_success', 'one_failed', 'one_done', 'always'])

/** A task without upstreams runs under any rule. */
export function checkTriggerRules(graph: Graph): Problem[] {
  return graph.tasks
    .filter((task) => early.has(task.spec.triggerRule) && task.upstreams.length > 0)
    .map((task) => triggerRuleNotSupported({ dag: graph.dagId, task: task.taskId, rule: task.spec.triggerRule }))
}
