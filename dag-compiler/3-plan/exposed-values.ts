/**
 * Which values must enter state data, and whose: only what a service task reads, and what a service task returns to
 * others, because no record is written where it runs (design §7.3).
 */
import { pathText } from '../../run-model/index.ts'
import type { Graph, GraphTask } from '../2-graph/graph.ts'
import { referencesOf } from '../2-graph/references.ts'
import { leavesOf, type Path, serviceOf, valuesReadBy } from '../2-graph/service-references.ts'

/** @returns task key → paths into its return value, each once, in the order of the readers */
export function exposedPaths(graph: Graph): ReadonlyMap<string, readonly Path[]> {
  const tasks = new Map(graph.tasks.map((task) => [task.taskId, task]))
  const exposed = new Map<string, Map<string, Path>>()
  for (const reader of graph.tasks) {
    for (const { ref, path } of [...valuesReadBy(reader), ...wholeResultsOfServices(reader, tasks)]) {
      const { key } = tasks.get(ref)!
      if (!exposed.has(key)) exposed.set(key, new Map())
      exposed.get(key)!.set(pathText(path), path)
    }
  }
  return new Map([...exposed].map(([key, paths]) => [key, [...paths.values()]]))
}

/** What handlers take from service tasks, and what mappings run over. */
function wholeResultsOfServices(reader: GraphTask, tasks: ReadonlyMap<string, GraphTask>) {
  const { inputs, mapping } = reader
  return referencesOf({ inputs, ...(mapping && { mapping }) })
    .filter((ref) => serviceOf(tasks.get(ref)!))
    .map((ref) => ({ ref, path: [] }))
}

/** Values of the run itself that service tasks read, by where the launcher finds them; sorted, each once. */
export function runValuesOf(graph: Graph): readonly (readonly string[])[] {
  const paths = graph.tasks
    .flatMap((task) => leavesOf(serviceOf(task)?.args ?? { value: null }))
    .flatMap((leaf) => ('run' in leaf ? sourceOf(leaf.run) : []))
  const byText = new Map(paths.map((path) => [pathText(path), path]))
  return [...byText.keys()].toSorted().map((text) => byText.get(text)!)
}

/** What stands in the machine anyway needs no value; the day and its spellings come from the logical date. */
function sourceOf(run: readonly string[]): readonly (readonly string[])[] {
  const [name = ''] = run
  if (['run_id', 'dag_id', 'task_id'].includes(name)) return []
  return [['ds', 'ds_nodash', 'ts', 'ts_nodash'].includes(name) ? ['logical_date'] : run]
}
