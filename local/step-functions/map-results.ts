/** The results of a Map Run's children, for `ResultWriter`: from their logs, so the parent's log need not repeat them. */
import { keyOfItem } from './children.ts'
import type { MapRunPhase, Scope } from './execution/state.ts'
import { describeChild } from './integrations/child-outcome.ts'
import type { ChildResult } from './integrations/write-results.ts'
import type { Lifetime } from './lifetime.ts'
import type { Running } from './running.ts'

/** In the order of the items. */
export function childResults(lifetime: Lifetime, parent: Running, scope: Scope): ChildResult[] {
  const phase = scope.phase as MapRunPhase // the caller looked
  return phase.inputs.map((input, item) => {
    const outcome = phase.outcomes[item]
    const child = outcome ? lifetime.find(keyOfItem(parent, scope, item)) : null
    if (!outcome || !child) return { status: 'PENDING', description: { Input: input, Status: 'PENDING' }, output: null }
    const description = {
      ...describeChild(child, false),
      StartDate: iso(child.startedAtMs),
      StopDate: iso(child.stoppedAtMs),
    }
    return { status: outcome.ok ? 'SUCCEEDED' : 'FAILED', description, output: outcome.ok ? outcome.output : null }
  })
}

const iso = (atMs: number | null) => (atMs === null ? undefined : new Date(atMs).toISOString())
