/** A sequence of items as the states of it see it: what comes next, and where the run goes on when one of them fails. */
import type { Plan } from '../3-plan/plan.ts'
import type { Emission, Scope } from './emission.ts'
import type { Target } from './states/target.ts'

export interface Sequence {
  readonly scope: Scope
  readonly items: readonly Plan[]
  /** State behind the sequence; null where the sequence is a branch or a body and ends. */
  readonly after: string | null
  /** State in which failures land that end the sequence; null when there is none. */
  readonly landing: string | null
}

export function sequenceOf(emission: Emission, scope: Scope, plan: Plan, after: string | null): Sequence {
  const items = plan.t === 'seq' ? plan.items : [plan]
  const lands = after === null && emission.failures !== 'fatal'
  const first = lands ? items.find((_, at) => failureEnds(emission, items, at)) : undefined
  // A task stands in one sequence only, so its name is free for the landing.
  return { scope, items, after, landing: first && 'id' in first ? emission.names.landing(first.id) : null }
}

export function targetAt({ names }: Emission, { items, after }: Sequence, at: number): Target {
  const next = items[at + 1]
  return next ? { Next: names.entry(next) } : after === null ? { End: true } : { Next: after }
}

/** State at which the run goes on when the item at `at` has failed. */
export function stateAfterFailure(emission: Emission, { items, after, landing }: Sequence, at: number): string {
  const behind = itemAfterFailure(emission, items, at)
  if (behind) return emission.names.entry(behind)
  const end = after ?? landing
  if (end) return end
  throw new Error('A failure that ends a sequence has nowhere to land. Please report this bug.')
}

/** A Map that must speak does so in one state for success and failure, which ends the sequence, unless failures are reported. */
function failureEnds(emission: Emission, items: readonly Plan[], at: number): boolean {
  const { links, failures } = emission
  const item = items[at]!
  if (item.t !== 'step' && item.t !== 'map') return false
  if (item.t === 'map' && failures !== 'reported' && item.tasks.some((task) => links.linked.has(task))) return false
  return itemAfterFailure(emission, items, at) === undefined
}

/** Undefined when the failure ends the sequence. */
function itemAfterFailure({ deadPaths }: Emission, items: readonly Plan[], at: number): Plan | undefined {
  const item = items[at]!
  const skip = item.t === 'step' ? (deadPaths.get(item.tasks[0]!)?.skip ?? 0) : 0
  return items[at + 1 + skip]
}
