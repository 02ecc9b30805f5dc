/**
 * What a failing task can jump over: the items right behind it in its sequence whose tasks are all certain to be
 * `upstream_failed`. The jump carries only statuses that somebody reads; the end of the run infers the rest (§4.8).
 */
import type { TriggerRule } from '../../run-model/index.ts'
import type { Graph } from '../2-graph/graph.ts'
import type { Links } from './links.ts'
import { type Place, partingLevel } from './places.ts'
import type { Plan } from './plan.ts'

export interface DeadPath {
  /** Items of the sequence to jump over. */
  readonly skip: number
  /** Jumped tasks whose status a later task looks for in the state data. */
  readonly live: readonly string[]
  /** Jumped tasks that are linked. */
  readonly linked: readonly string[]
}

/** Both lists together; above it a failing task jumps less far and the rest is decided where it stands. */
const listBytes = 1024

/** A failed or doomed direct upstream decides these; any other rule may still run its task. */
const doomable: ReadonlySet<TriggerRule> = new Set(['all_success', 'none_failed', 'none_failed_min_one_success'])

/** @returns task key → dead path, for tasks that have one */
export function deadPathsOf(
  graph: Graph,
  plan: Plan,
  places: ReadonlyMap<string, Place>,
  links: Links,
): ReadonlyMap<string, DeadPath> {
  const readers = readersOf(graph, places)
  const rules = new Map(graph.tasks.map((task) => [task.key, task.spec.triggerRule]))
  const paths = new Map<string, DeadPath>()
  const visit = (node: Plan, level: number): void => {
    if (node.t === 'par') for (const branch of node.branches) visit(branch, level + 1)
    if (node.t !== 'seq') return
    for (const item of node.items) visit(item, level + 1)
    for (const [task, path] of deadPathsOfSequence(node.items, level)) paths.set(task, path)
  }
  visit(plan, 0)
  return paths

  /**
   * From the last item backwards: `end` is where a failure before it may jump to. Everything behind a failed task in its
   * sequence waits for it, directly or not, so an item is doomed exactly when each of its tasks has a dooming rule. A gate
   * ends the range: marking its join before its other upstreams are done would open later gates too early.
   */
  function deadPathsOfSequence(items: readonly Plan[], level: number): [string, DeadPath][] {
    const found: [string, DeadPath][] = []
    let [end, live, linked, bytes] = [items.length, [] as string[], [] as string[], 0]
    for (let at = items.length - 1; at >= 0; at--) {
      const item = items[at]!
      if (item.t === 'step' && end > at + 1) found.push([item.tasks[0]!, { skip: end - at - 1, live, linked }])
      const tasks = tasksWithoutGate(item)
      const isDoomed = tasks?.every((task) => doomable.has(rules.get(task)!)) ?? false
      const ownLive = isDoomed ? tasks!.filter((task) => isReadPast(task, level, end)) : []
      const ownLinked = isDoomed ? tasks!.filter((task) => links.linked.has(task)) : []
      bytes += bytesOf(ownLive) + bytesOf(ownLinked)
      if (isDoomed && bytes <= listBytes) {
        live = ownLive.length > 0 ? [...ownLive, ...live] : live
        linked = ownLinked.length > 0 ? [...ownLinked, ...linked] : linked
      } else [end, live, linked, bytes] = [at, [], [], 0]
    }
    return found
  }

  function isReadPast(task: string, level: number, end: number): boolean {
    return (readers.get(task) ?? []).some((reader) => {
      if (reader.level > level) return false
      return reader.level === level ? reader.at >= end : reader.in === 'seq'
    })
  }
}

/** Where a direct downstream parts from the task: level, kind of container, and the downstream's index there. */
interface Reader {
  readonly level: number
  readonly in: 'seq' | 'par'
  readonly at: number
}

function readersOf(graph: Graph, places: ReadonlyMap<string, Place>): ReadonlyMap<string, readonly Reader[]> {
  const place = new Map(graph.tasks.map((task) => [task.taskId, places.get(task.key)!]))
  return new Map(
    graph.tasks.map((task) => [
      task.key,
      task.downstreams.map((downstream) => {
        const level = partingLevel(place.get(task.taskId)!, place.get(downstream)!)
        return { level, ...place.get(downstream)![level]! }
      }),
    ]),
  )
}

/** Tasks of an item in order; null when it is or contains a gate. */
function tasksWithoutGate(plan: Plan): string[] | null {
  if (plan.t === 'step') return [...plan.tasks]
  if (plan.t === 'gate') return null
  const tasks: string[] = []
  for (const inner of plan.t === 'seq' ? plan.items : plan.branches) {
    const innerTasks = tasksWithoutGate(inner)
    if (!innerTasks) return null
    tasks.push(...innerTasks)
  }
  return tasks
}

/** `'key':'upstream_failed',` */
const bytesOf = (tasks: readonly string[]): number => tasks.reduce((sum, task) => sum + task.length + 21, 0)
