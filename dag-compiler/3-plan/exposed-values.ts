/**
 * Which values must enter state data, and whose: only what a service task reads, and what a service task returns to
 * others, because no record is written where it runs (design §7.3).
 */
import { pathText } from '../../run-model/index.ts'
import type { TaskInput } from '../1-define/dag-definition.ts'
import type { Graph, GraphTask } from '../2-graph/graph.ts'
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
  const mapping = reader.mapping
    ? reader.mapping.kind === 'expand'
      ? Object.values(reader.mapping.over)
      : [reader.mapping.over]
    : []
  return [...Object.values(reader.inputs), ...mapping]
    .flatMap(refsOf)
    .filter((ref) => serviceOf(tasks.get(ref)!))
    .map((ref) => ({ ref, path: [] }))
}

function refsOf(input: TaskInput): readonly string[] {
  if ('ref' in input) return [input.ref]
  if ('all' in input) return input.all.flatMap(refsOf)
  if ('map' in input) return refsOf(input.map)
  if ('zip' in input) return input.zip.flatMap(refsOf)
  return 'concat' in input ? input.concat.flatMap(refsOf) : []
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
