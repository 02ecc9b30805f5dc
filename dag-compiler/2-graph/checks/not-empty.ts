/** A DAG without any task, placed or declared. A declared task that was not called has a problem of its own. */
import type { DagDefinition } from '../../1-define/dag-definition.ts'
import { emptyDag } from '../../problems/catalogue.ts'
import type { Problem } from '../../problems/problem.ts'

export function checkNotEmpty({ dagId, tasks, mistakes }: DagDefinition): readonly Problem[] {
  const declared = tasks.length > 0 || mistakes.some(({ kind }) => kind === 'uncalled-task')
  return declared ? [] : [emptyDag({ dag: dagId })]
}
