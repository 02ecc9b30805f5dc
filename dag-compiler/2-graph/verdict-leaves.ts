/** The tasks whose ends decide a run (semantics §2): a teardown counts only when its author says so. */
import type { Graph, GraphTask } from './graph.ts'

const isIgnorable = ({ teardown }: GraphTask): boolean => teardown !== undefined && !teardown.onFailureFailDagrun

/** Non-ignorable tasks whose downstreams are all ignorable; if every task is, those without downstreams. */
export function verdictLeaves({ tasks }: Pick<Graph, 'tasks'>): readonly GraphTask[] {
  const ignorable = new Set(tasks.filter(isIgnorable).map(({ taskId }) => taskId))
  if (ignorable.size === tasks.length) return tasks.filter(({ downstreams }) => downstreams.length === 0)
  return tasks.filter(
    (task) => !ignorable.has(task.taskId) && task.downstreams.every((downstream) => ignorable.has(downstream)),
  )
}
