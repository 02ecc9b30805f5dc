/**
 * Where each task stands in a plan, as a chain of steps to the root, and what that says about two tasks: where their chains
 * part is a sequence (the later one runs after and sees the earlier one's entry) or a Parallel (it sees nothing).
 */
import type { Plan } from './plan.ts'

/** One step of the chain. Two places with the same `outer` stand in the same container. */
export interface Place {
  readonly outer: Place | null
  readonly level: number
  readonly in: 'root' | 'seq' | 'par' | 'map' | 'child'
  /** Index inside the container. */
  readonly at: number
  /** How many frames of state data enclose the one that is written here: one per Parallel, Map and child execution around it (design §7.1). */
  readonly frames: number
}

/** @returns place of each task, step and map, by task key or id */
export function placesOf(plan: Plan): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>()
  visit(plan, { outer: null, level: 0, in: 'root', at: 0, frames: 0 })
  return places

  function visit(node: Plan, place: Place): void {
    if (node.t === 'step') for (const name of [node.id, ...node.tasks]) places.set(name, place)
    if (node.t === 'seq') node.items.forEach((item, at) => void visit(item, inside(place, 'seq', at)))
    if (node.t === 'par') node.branches.forEach((branch, at) => void visit(branch, inside(place, 'par', at)))
    if (node.t === 'child') visit(node.body, inside(place, 'child', 0))
    if (node.t !== 'map') return
    visit(node.body, inside(place, 'map', 0))
    // A mapped task stands where its Map stands, its step inside.
    places.set(node.id, place)
  }
}

const inside = (outer: Place, container: 'seq' | 'par' | 'map' | 'child', at: number): Place => ({
  outer,
  level: outer.level + 1,
  in: container,
  at,
  frames: outer.frames + (container === 'seq' ? 0 : 1),
})

/** The steps at which two places part, in one container. Neither place is ever the beginning of the other. */
export function partingOf(left: Place, right: Place): readonly [left: Place, right: Place] {
  let [a, b] = [left, right]
  while (a.level > b.level) a = outerOf(a)
  while (b.level > a.level) b = outerOf(b)
  while (a.outer !== b.outer) [a, b] = [outerOf(a), outerOf(b)]
  return [a, b]
}

function outerOf(place: Place): Place {
  if (place.outer) return place.outer
  throw new Error('Two tasks of a plan have no common container. Please report this bug.')
}

/** Whether the state data at `reader` holds the entry of `upstream`, which precedes it in the order. */
export function sees(reader: Place, upstream: Place): boolean {
  return partingOf(reader, upstream)[0].in === 'seq'
}

/** How many frames out a reader finds an entry that it sees: 0 is its own frame. */
export function framesTo(reader: Place, upstream: Place): number {
  return reader.frames - partingOf(reader, upstream)[0].frames
}
