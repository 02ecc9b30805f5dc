/**
 * Edges that a longer path implies. They order nothing; the trigger rule of the later task counts them all the same, so
 * dropping one may change which failures and skips that task sees.
 */

import type { Graph, GraphTask } from '../../2-graph/graph.ts'
import { referencesOf } from '../../2-graph/references.ts'
import { redundantEdges } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'
import type { Reachability } from '../reachability.ts'

/** Edges along which data passes are not reported: without them the data would be missing. */
export function findRedundantEdges(graph: Graph, reach: Reachability): readonly Problem[] {
  const waiting = graph.tasks.filter(({ spec }) => spec.triggerRule === 'all_success')
  const edges = waiting.flatMap((task) => redundantInto(task, reach))
  return edges.length === 0 ? [] : [redundantEdges({ dag: graph.dagId, edges })]
}

function redundantInto(task: GraphTask, reach: Reachability): readonly (readonly [string, string])[] {
  if (task.upstreams.length < 2) return []
  const nearest = new Set(reach.nearestUpstreams(task.taskId))
  const read = new Set(referencesOf(task))
  return task.upstreams
    .filter((upstream) => !nearest.has(upstream) && !read.has(upstream))
    .map((upstream) => [upstream, task.taskId] as const)
}
