/**
 * Definition → graph: runs every check, and when none found an error, orders the tasks and lists every edge once. All
 * problems are returned together in a stable order; `graph` is null exactly when one of them is an error.
 */
import type { DagDefinition, TaskDefinition } from '../1-define/dag-definition.ts'
import type { Problem } from '../problems/problem.ts'
import { checkDefinition } from './checks/index.ts'
import { edgesOf } from './edges.ts'
import type { Graph, GraphTask } from './graph.ts'
import { orderTasks } from './order-tasks.ts'
import { buildTaskKeys } from './task-keys.ts'

export interface BuildGraphOptions {
  /** Path of the DAG file, for the problems. */
  readonly file?: string
  /** Hex digest of a text. */
  readonly sha256: (text: string) => string
}

export function buildGraph(
  definition: DagDefinition,
  { file, sha256 }: BuildGraphOptions,
): { readonly graph: Graph | null; readonly problems: readonly Problem[] } {
  const problems = checkDefinition(definition).map((problem) => place(problem, file))
  if (problems.some(({ severity }) => severity === 'error')) return { graph: null, problems }
  return { graph: assemble(definition, sha256), problems }
}

function assemble(definition: DagDefinition, sha256: (text: string) => string): Graph {
  const written = edgesOf(definition)
  const tasks = orderTasks(definition.tasks, written)
  const position = new Map(tasks.map(({ taskId }, index) => [taskId, index]))
  const at = (taskId: string) => position.get(taskId) ?? -1
  const edges = written.toSorted((a, b) => at(a[0]) - at(b[0]) || at(a[1]) - at(b[1]))
  const keys = buildTaskKeys(
    tasks.map(({ taskId }) => taskId),
    sha256,
  )
  const neighbours = collectNeighbours(edges)
  return {
    dagId: definition.dagId,
    tasks: tasks.map((task) => toGraphTask(task, keys.get(task.taskId) ?? task.taskId, neighbours)),
    edges,
    dagrunTimeout: definition.spec.dagrunTimeout,
  }
}

interface Neighbours {
  readonly upstreams: ReadonlyMap<string, readonly string[]>
  readonly downstreams: ReadonlyMap<string, readonly string[]>
}

/** `edges` are sorted by both ends, so both lists come out in topological order. */
function collectNeighbours(edges: readonly (readonly [string, string])[]): Neighbours {
  const upstreams = new Map<string, string[]>()
  const downstreams = new Map<string, string[]>()
  for (const [from, to] of edges) {
    append(downstreams, from, to)
    append(upstreams, to, from)
  }
  return { upstreams, downstreams }
}

function append(lists: Map<string, string[]>, key: string, item: string): void {
  const list = lists.get(key)
  if (list) list.push(item)
  else lists.set(key, [item])
}

function toGraphTask({ taskId, operator, inputs, spec }: TaskDefinition, key: string, near: Neighbours): GraphTask {
  return {
    taskId,
    key,
    operator,
    inputs,
    spec,
    upstreams: near.upstreams.get(taskId) ?? [],
    downstreams: near.downstreams.get(taskId) ?? [],
  }
}

const place = (problem: Problem, file: string | undefined): Problem =>
  file === undefined ? problem : { ...problem, where: { ...problem.where, file } }
