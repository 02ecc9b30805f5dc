/** Short ways from an authored DAG to what a test looks at. */
import { createHash } from 'node:crypto'
import { buildGraph } from '../../dag-compiler/2-graph/build-graph.ts'
import { type Dag, type DagDefinition, readDag } from '../../dag-compiler/define.ts'

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

export const definitionOf = (dag: Dag): DagDefinition => readDag(dag).definition

export const graphOf = (dag: Dag) => {
  const { graph, problems } = buildGraph(definitionOf(dag), { sha256 })
  if (!graph) throw new Error(problems.map(({ what }) => what).join('; '))
  return graph
}

/** `from→to`, sorted as the graph sorts them. */
export const edgesOf = (dag: Dag): readonly string[] => graphOf(dag).edges.map(([from, to]) => `${from}→${to}`)

/** `code: what` of every problem. */
export const problemsOf = (dag: Dag): readonly string[] =>
  buildGraph(definitionOf(dag), { sha256 }).problems.map(({ code, what }) => `${code}: ${what}`)
