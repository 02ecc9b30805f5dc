/**
 * What a service task must know when its state begins: entries its guard asks for and values its arguments take. What the
 * state data there does not hold is loaded from the run table, one state per task (design §7.4).
 */
import type { Graph, GraphTask } from '../2-graph/graph.ts'
import { valuesReadBy } from '../2-graph/service-references.ts'
import { countedBy, type Decision, drainsOnFailure, guardsOf } from './guards.ts'
import { type Place, sees } from './places.ts'

export interface ServiceFacts {
  /** How the task ends when its rule does not let it run; empty: it always does. */
  readonly guard: readonly Exclude<Decision, 'run'>[]
  /** Whether the task first looks if its run is failing, and then does not run. */
  readonly looksAtRun: boolean
  /** Keys of the tasks whose records are read first. */
  readonly loads: readonly string[]
  /** Whether entries of the DAG may hold counts of instances: only a Map leaves them. */
  readonly hasCounts: boolean
  /** Task id → key, of the whole DAG. */
  readonly keys: ReadonlyMap<string, string>
}

/** @returns by task key; every service task has facts */
export function serviceFactsOf(graph: Graph, places: ReadonlyMap<string, Place>): ReadonlyMap<string, ServiceFacts> {
  const services = graph.tasks.filter(({ operator }) => operator === 'service')
  if (services.length === 0) return new Map()
  const guards = guardsOf(graph)
  const stops = drainsOnFailure(graph)
  const hasCounts = [...graph.tasks, ...(graph.groups ?? [])].some(({ mapping }) => mapping)
  const keys = new Map(graph.tasks.map(({ taskId, key }) => [taskId, key]))
  return new Map(
    services.map((task) => {
      const guard = guards.get(task.key) ?? []
      const place = places.get(task.key)!
      const asked = new Set([
        ...(guard.length > 0 ? askedByGuard(graph, task) : []),
        ...valuesReadBy(task).map(({ ref }) => ref),
      ])
      const loads = [...asked].map((id) => keys.get(id)!).filter((key) => !sees(place, places.get(key)!))
      // What begins with the run has nothing to look for yet.
      const looksAtRun = stops && !task.teardown && (task.upstreams.length > 0 || (task.setups ?? []).length > 0)
      return [task.key, { guard, looksAtRun, loads, hasCounts, keys }]
    }),
  )
}

/** Ids of the tasks whose ends decide whether this one runs: setups, what its rule counts, its deciders. */
function askedByGuard(graph: Graph, task: GraphTask): readonly string[] {
  return [...(task.setups ?? []), ...countedBy(task).counted, ...decidersOf(graph, task).map(({ decider }) => decider)]
}

/** Every decider that can skip the task, with the keys of the options that keep it. */
export function decidersOf(
  graph: Graph,
  task: GraphTask,
): readonly { readonly decider: string; readonly keptBy: readonly string[] }[] {
  return (graph.decisions ?? []).flatMap(({ decider, candidates }) =>
    candidates.filter((candidate) => candidate.task === task.taskId).map(({ keptBy }) => ({ decider, keptBy })),
  )
}
