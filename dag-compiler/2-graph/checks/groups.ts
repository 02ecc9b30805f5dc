/** Edges between a group and something in it: the group would wait for itself. */
import type { DagDefinition } from '../../1-define/dag-definition.ts'
import { badGroup } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'
import type { Network } from '../network.ts'

export function checkGroups({ dagId: dag }: DagDefinition, { innerEdges }: Network): readonly Problem[] {
  return innerEdges.map(({ group, inner }) => badGroup({ dag, group, inner }))
}
