/** Edges to or from an id that no task and no group has. The authoring API makes none; a definition from elsewhere may. */
import { didYouMean } from '../../../run-model/index.ts'
import type { DagDefinition } from '../../1-define/dag-definition.ts'
import { unknownUpstream } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'
import type { Network } from '../network.ts'

export function checkUnknownEnds(
  { dagId: dag }: DagDefinition,
  { unknownEnds, position }: Network,
): readonly Problem[] {
  return unknownEnds.map(({ known: task, unknown: upstream }) => {
    const near = didYouMean(upstream, [...position.keys()])
    const reason = 'which is not a placed task'
    return unknownUpstream({ dag, task, upstream, reason, near: near ? `did you mean ${near}?` : null })
  })
}
