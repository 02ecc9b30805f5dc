/** Graphs by hand, for what the emission does with them: `graphOf('a>b', { b: { mapping: … } })` → machine and wiring. */

import { createHash } from 'node:crypto'
import { taskSpecDefaults } from '../../../dag-compiler/1-define/task-spec.ts'
import { buildPlan, structureOf } from '../../../dag-compiler/3-plan/build-plan.ts'
import { emitDag } from '../../../dag-compiler/4-asl/emit-dag.ts'
import type { AslState, Graph, GraphTask, TaskSpecValue } from '../../../dag-compiler/index.ts'

export type Traits = Partial<Omit<GraphTask, 'spec'>> & { readonly spec?: Partial<TaskSpecValue> }

/** @param text edges in topological order, `a>b b>c`; a lone id is a task without edges */
export function graphOf(text: string, traits: Readonly<Record<string, Traits>> = {}, more: Partial<Graph> = {}): Graph {
  const words = text.split(' ')
  const edges = words.filter((word) => word.includes('>')).map((word) => word.split('>') as [string, string])
  const ids = [...new Set(words.flatMap((word) => word.split('>')))]
  const tasks = ids.map((taskId): GraphTask => {
    const { spec, ...own } = traits[taskId] ?? {}
    return {
      taskId,
      key: taskId,
      operator: 'task',
      inputs: {},
      upstreams: edges.filter(([, to]) => to === taskId).map(([from]) => from),
      downstreams: edges.filter(([from]) => from === taskId).map(([, to]) => to),
      spec: { ...taskSpecDefaults, ...spec },
      ...own,
    }
  })
  return { dagId: 'a_dag', tasks, edges, dagrunTimeout: null, ...more }
}

export function emitted(graph: Graph) {
  const built = buildPlan(graph, structureOf(graph))
  const dag = emitDag(graph, built, (text) => createHash('sha256').update(text).digest('hex'))
  const { wiring, definition, definitionText, numbers, children } = dag
  return { plan: dag.built.plan, children, wiring, definition, definitionText, numbers, states: statesOf(definition) }
}

/** Every state of a machine by name, those of branches and bodies included. */
function statesOf(value: unknown, found = new Map<string, AslState>()): ReadonlyMap<string, AslState> {
  if (typeof value !== 'object' || value === null) return found
  // A machine's own output is read here: `States` is what ASL says it is.
  if ('States' in value) for (const [name, state] of Object.entries(value.States as object)) found.set(name, state)
  for (const inner of Object.values(value)) statesOf(inner, found)
  return found
}
