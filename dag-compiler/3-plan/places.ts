/**
 * Where each task stands in a plan, as a path from the root, and what that says about two tasks: the first difference of
 * their paths is a sequence (the later one runs after and sees the earlier one's status) or a Parallel (it sees nothing).
 */
import type { Plan } from './plan.ts'

/** One step per level: the container's kind and the index inside it. Equal beginnings mean the same containers. */
export type Place = readonly PlaceStep[]
export interface PlaceStep {
  readonly in: 'seq' | 'par'
  readonly at: number
}

/** @returns task key → place */
export function placesOf(plan: Plan): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>()
  const visit = (node: Plan, place: Place): void => {
    if (node.t === 'step') for (const task of node.tasks) places.set(task, place)
    if (node.t === 'seq') node.items.forEach((item, at) => void visit(item, [...place, { in: 'seq', at }]))
    if (node.t === 'par') node.branches.forEach((branch, at) => void visit(branch, [...place, { in: 'par', at }]))
  }
  visit(plan, [])
  return places
}

/** Level at which two places part; neither is ever a beginning of the other. */
export function partingLevel(left: Place, right: Place): number {
  let level = 0
  while (left[level]!.at === right[level]!.at) level++
  return level
}

/** Whether the state data at `reader` holds the status of `upstream`, which precedes it in the order. */
export function sees(reader: Place, upstream: Place): boolean {
  return reader[partingLevel(reader, upstream)]!.in === 'seq'
}
