/** A graph as a Mermaid flowchart: what people paste into a pull request or a wiki page. */
import type { Graph, GraphTask } from '../2-graph/graph.ts'

/** Edges as written, from top to bottom as Airflow's own drawings are from left to right: `LR`. */
export function mermaidOf(graph: Graph): string {
  const name = new Map(graph.tasks.map(({ taskId }, index) => [taskId, `t${index}`]))
  const groups = graph.groups ?? []
  const inGroup = (groupId: string | undefined, indent: string): readonly string[] => [
    ...graph.tasks.filter((task) => task.group === groupId).map((task) => `${indent}${node(name, task)}`),
    ...groups
      .filter(({ parent }) => (parent ?? undefined) === groupId)
      .flatMap((group) => [
        `${indent}subgraph ${quoted(group.groupId)}`,
        ...inGroup(group.groupId, `${indent}  `),
        `${indent}end`,
      ]),
  ]
  const edges = graph.edges.map(([from, to]) => `  ${name.get(from)} --> ${name.get(to)}`)
  return ['flowchart LR', ...inGroup(undefined, '  '), ...edges, ''].join('\n')
}

/** Rounded for work, a diamond for a task that decides, a stadium for one without work. */
function node(name: ReadonlyMap<string, string>, { taskId, operator }: GraphTask): string {
  const label = quoted(taskId)
  const shape = operator === 'empty' ? `([${label}])` : operator === 'latest_only' ? `{${label}}` : `(${label})`
  return `${name.get(taskId)}${shape}`
}

/** Mermaid reads `#quot;` as a quotation mark; ids cannot hold one, labels of groups neither, but names may change. */
const quoted = (text: string): string => `"${text.replaceAll('"', '#quot;')}"`
