/**
 * What a failing task can jump over: the items right behind it in its sequence whose tasks are all certain to be
 * `upstream_failed`. The jump carries only statuses that somebody reads; the end of the run infers the rest (§4.8).
 */
import { rulesFailedByUpstream } from '../../run-model/index.ts'
import type { Graph, GraphTask } from '../2-graph/graph.ts'
import type { Links } from './links.ts'
import { type Place, partingOf } from './places.ts'
import type { Plan } from './plan.ts'
import type { Readers } from './readers.ts'

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

/** @returns task key → dead path, for tasks that have one */
export function deadPathsOf(
  graph: Graph,
  plan: Plan,
  places: ReadonlyMap<string, Place>,
  links: Links,
  readersOfEach: Readers,
): ReadonlyMap<string, DeadPath> {
  const readers = partingsOf(graph, places, readersOfEach)
  const canBeDoomed = new Map(graph.tasks.map((task) => [task.key, isDoomable(task)]))
  const paths = new Map<string, DeadPath>()
  visit(plan, 0, false)
  return paths

  /** @returns the tasks of the item when all of them can be doomed; null for what a jump may not pass */
  function visit(node: Plan, level: number, isInMap: boolean): readonly string[] | null {
    switch (node.t) {
      case 'step':
        return !node.gate && node.tasks.every((task) => canBeDoomed.get(task)) ? node.tasks : null
      case 'gate':
        return null
      case 'map':
        return visitMap(node, level)
      case 'child':
        return visit(node.body, level + 1, isInMap)
      case 'par':
        return joined(node.branches.map((branch) => visit(branch, level + 1, isInMap)))
      case 'seq': {
        const tasks = node.items.map((item) => visit(item, level + 1, isInMap))
        deadPathsOfSequence(node.items, tasks, level, isInMap)
        return joined(tasks)
      }
    }
  }

  /** A mapped group follows a task as a whole, but one of its members may not depend on it at all, and run. */
  function visitMap({ id, tasks, body }: Extract<Plan, { t: 'map' }>, level: number): readonly string[] | null {
    visit(body, level + 1, true)
    return tasks.length === 1 && tasks[0] === id && canBeDoomed.get(id) ? tasks : null
  }

  /**
   * From the last item backwards: `end` is where a failure before it may jump to. Everything behind a failed task in its
   * sequence waits for it, directly or not, so an item is doomed exactly when each of its tasks has a dooming rule. A gate
   * ends the range: marking its join before its other upstreams are done would open later gates too early.
   */
  function deadPathsOfSequence(
    items: readonly Plan[],
    tasksOf: readonly (readonly string[] | null)[],
    level: number,
    isInMap: boolean,
  ): void {
    let [end, live, linked, bytes] = [items.length, [] as string[], [] as string[], 0]
    for (let at = items.length - 1; at >= 0; at--) {
      const item = items[at]!
      if (item.t === 'step' && end > at + 1) paths.set(item.tasks[0]!, { skip: end - at - 1, live, linked })
      const tasks = tasksOf[at]
      // The Map counts how every member ended, so inside of it all of them are read.
      const ownLive = tasks?.filter((task) => isInMap || isReadPast(task, level, end)) ?? []
      const ownLinked = tasks?.filter((task) => (isInMap ? links.linkedInside : links.linked).has(task)) ?? []
      bytes += bytesOf(ownLive) + bytesOf(ownLinked)
      if (tasks && bytes <= listBytes) {
        live = ownLive.length > 0 ? [...ownLive, ...live] : live
        linked = ownLinked.length > 0 ? [...ownLinked, ...linked] : linked
      } else [end, live, linked, bytes] = [at, [], [], 0]
    }
  }

  function isReadPast(task: string, level: number, end: number): boolean {
    return (readers.get(task) ?? []).some((reader) => {
      if (reader.level - 1 > level) return false
      return reader.level - 1 === level ? reader.at >= end : reader.in === 'seq'
    })
  }
}

/** A decider may have skipped a candidate before, and a setup that was skipped comes before the rule: their end is open. */
function isDoomable({ spec, setups, teardown, isCandidate }: GraphTask): boolean {
  return rulesFailedByUpstream.has(spec.triggerRule) && !isCandidate && !teardown && (setups?.length ?? 0) === 0
}

/** Where each reader's place parts from the task's: one step of a chain. */
function partingsOf(
  graph: Graph,
  places: ReadonlyMap<string, Place>,
  readersOfEach: Readers,
): ReadonlyMap<string, readonly Place[]> {
  const placeAt = graph.tasks.map(({ key }) => places.get(key)!)
  return new Map(
    readersOfEach.map((readers, at) => [
      graph.tasks[at]!.key,
      readers.map((reader) => partingOf(placeAt[reader]!, placeAt[at]!)[0]),
    ]),
  )
}

function joined(parts: readonly (readonly string[] | null)[]): readonly string[] | null {
  return parts.some((part) => part === null) ? null : parts.flatMap((part) => part ?? [])
}

/** `'key':'upstream_failed',` */
const bytesOf = (tasks: readonly string[]): number => tasks.reduce((sum, task) => sum + task.length + 21, 0)
