/**
 * How large the data between states can get, from the plan alone: entries of tasks, values that travel for service
 * tasks, lists of indexes. An upper bound: every status as long as the longest, every value as long as it may be.
 */
import type { MapItem, Plan } from '../3-plan/plan.ts'
import type { Emission } from './emission.ts'
import { mostInstances } from './worst-case.ts'

/** `"key":"upstream_failed",` without the key. */
const plainEntry = 21
/** `{"s":"upstream_failed","n":1024,"c":[1024,1024,1024,1024]}` beyond the status. */
const mappedEntry = 50
/** Limit of the wrapper for one value that it answers with. */
const exposedValue = 4096
/** `"^run":{"dagId":"…","runId":"…"}` with the longest ids; values of the run come on top, as long as other values. */
const runFrame = 560
/** `{"s":,"t":["2026-01-01T00:00:00.000Z","2026-01-01T00:00:00.000Z"]}` around the status of a service task. */
const serviceEntry = 69
/** `"^":{},` and the index. */
const frame = 20

/** @param plan of a machine; a child's own frame begins empty */
export function largestStateDataOf({ graph, exposes, services, children, runValues }: Emission, plan: Plan): number {
  let largest = 0
  const see = (bytes: number): number => {
    largest = Math.max(largest, bytes)
    return bytes
  }
  see(visit(plan, runFrame + runValues.length * exposedValue))
  return largest

  /** @returns bytes of the data behind the item */
  function visit(node: Plan, before: number): number {
    switch (node.t) {
      case 'gate':
        return before
      case 'step':
        return see(before + sum(node.tasks.map(entryBytes)))
      case 'seq':
        return node.items.reduce<number>((data, item) => visit(item, data), before)
      case 'par': {
        const added = node.branches.map((branch) => visit(branch, before + frame) - before - frame)
        return see(before + sum(added))
      }
      case 'child': {
        visit(node.body, before + frame)
        // What a child is given and what it hands back are in one result.
        return see(before + frame + sum(children.get(node.id)!.live.map(entryBytes))) - frame
      }
      case 'map':
        return visitMap(node, before)
    }
  }

  function visitMap(map: MapItem, before: number): number {
    visit(map.body, before + frame)
    const instances = mostInstances(graph, map)
    const indexes = instances * (String(instances).length + 1)
    const letters = instances * (map.tasks.length + 3)
    see(Math.max(indexes, letters))
    return see(before + sum(map.tasks.map((task) => entryBytes(task) + mappedEntry)))
  }

  function entryBytes(task: string): number {
    const times = services.has(task) ? serviceEntry : 0
    return task.length + plainEntry + times + (exposes.get(task)?.length ?? 0) * exposedValue
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
