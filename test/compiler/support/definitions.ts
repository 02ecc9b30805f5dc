/** DAG definitions for compiler tests, from a list of edges, without the authoring API. */
import { createHash } from 'node:crypto'
import { dagSpecDefaults } from '../../../dag-compiler/1-define/dag-spec.ts'
import { taskSpecDefaults } from '../../../dag-compiler/1-define/task-spec.ts'
import type { DagSpecValue, TaskSpecValue } from '../../../dag-compiler/index.ts'
import { type CompiledDag, compile, type DagDefinition, renderProblem } from '../../../dag-compiler/index.ts'

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

export type Edge = readonly [from: string, to: string]
export type Specs = Readonly<Record<string, Partial<TaskSpecValue>>>

/** @param order ids in the order in which a file would place them; ids of `edges` need not be repeated */
export function definitionOf(
  edges: readonly Edge[],
  order: readonly string[] = [],
  specs: Specs = {},
  dagSpec: Partial<DagSpecValue> = {},
): DagDefinition {
  const taskIds = [...new Set([...order, ...edges.flat()])]
  return {
    dagId: 'a_dag',
    spec: { ...dagSpecDefaults, ...dagSpec },
    tasks: taskIds.map((taskId) => ({
      taskId,
      operator: 'empty',
      inputs: {},
      spec: { ...taskSpecDefaults, ...(Object.hasOwn(specs, taskId) ? specs[taskId] : {}) },
    })),
    edges,
    mistakes: [],
  }
}

/** `a>b a>c` → edges; a lone id is a task without edges. */
function edgesOf(text: string): { edges: Edge[]; order: string[] } {
  const words = text.split(/\s+/).filter(Boolean)
  const edges = words.filter((word) => word.includes('>')).map((word) => word.split('>') as [string, string])
  return { edges, order: words.flatMap((word) => word.split('>')) }
}

export function compiled(definition: DagDefinition): CompiledDag {
  const { dag, problems } = compile(definition, { sha256 })
  if (!dag) throw new Error(problems.map((problem) => renderProblem(problem)).join('\n'))
  return dag
}

export const compiledFrom = (text: string, specs: Specs = {}, dagSpec: Partial<DagSpecValue> = {}): CompiledDag => {
  const { edges, order } = edgesOf(text)
  return compiled(definitionOf(edges, order, specs, dagSpec))
}
