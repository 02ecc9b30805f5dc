/** A task that waits for itself. */
import type { DagDefinition } from '../../1-define/dag-definition.ts'
import { selfEdge } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'
import { edgesOf } from '../edges.ts'

export function checkSelfEdge(definition: DagDefinition): readonly Problem[] {
  return edgesOf(definition)
    .filter(([from, to]) => from === to)
    .map(([task]) => selfEdge({ dag: definition.dagId, task }))
}
