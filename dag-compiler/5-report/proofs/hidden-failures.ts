/**
 * Failures that leave no trace in the run's state: every way from the task to a leaf passes a task that goes on whatever its
 * upstreams did, and then succeeds (semantics §2).
 */
import { rulesFailedByUpstream } from '../../../run-model/index.ts'
import type { Graph, GraphTask } from '../../2-graph/graph.ts'
import { verdictLeaves } from '../../2-graph/verdict-leaves.ts'
import { hiddenFailure } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'

export function findHiddenFailures(graph: Graph): readonly Problem[] {
  const leaves = new Set(verdictLeaves(graph).map(({ taskId }) => taskId))
  const tasks = new Map(graph.tasks.map((task) => [task.taskId, task]))
  const reported = new Set<string>()
  for (const task of graph.tasks.toReversed()) {
    const isSeen = task.downstreams.some((id) => reported.has(id) && passesOn(tasks.get(id)))
    if (leaves.has(task.taskId) || isSeen) reported.add(task.taskId)
  }
  const hidden = graph.tasks.filter((task) => canFail(task) && !reported.has(task.taskId))
  if (hidden.length === 0) return []
  const hiddenIds = new Set(hidden.map(({ taskId }) => taskId))
  const hiders = graph.tasks.filter((task) => !passesOn(task) && task.upstreams.some((id) => hiddenIds.has(id)))
  return [
    hiddenFailure({
      dag: graph.dagId,
      tasks: hidden.map(({ taskId }) => taskId),
      hiders: hiders.map(({ taskId, spec }) => `${taskId} (${spec.triggerRule})`),
    }),
  ]
}

/** A teardown's own failure is meant to be ignored. */
const canFail = ({ operator, teardown }: GraphTask): boolean => operator !== 'empty' && !teardown

const passesOn = (task: GraphTask | undefined): boolean =>
  task !== undefined && rulesFailedByUpstream.has(task.spec.triggerRule)
