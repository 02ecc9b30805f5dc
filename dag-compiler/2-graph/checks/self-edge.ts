/** A task that waits for itself. */
import type { DagDefinition } from '../../1-define/dag-definition.ts'
import { selfEdge } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'
import type { Network } from '../network.ts'

export function checkSelfEdge({ dagId: dag }: DagDefinition, { edges, tasks }: Network): readonly Problem[] {
  return edges.filter(([from, to]) => from === to).map(([at]) => selfEdge({ dag, task: tasks[at]?.taskId ?? '' }))
}
