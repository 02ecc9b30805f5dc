/** Entries of a Distributed Map: its Map Run starts, its children end, its results are written, and it is redriven. */
import type { Change } from './change.ts'
import { enter } from './scopes.ts'
import type { MapRunPhase } from './state.ts'

export function startMapRun({ state, scope, entry }: Change): void {
  const plan = entry.own!.mapRun!
  const phase: MapRunPhase = {
    ...plan,
    kind: 'mapRun',
    startedEventId: entry.id,
    mapRunArn: entry.details!.mapRunArn!,
    outcomes: plan.inputs.map(() => null),
    reading: plan.reading ?? null,
    ended: 0,
    failed: 0,
    writing: false,
    written: null,
    redriving: false,
    redriveCount: 0,
  }
  enter(state, scope, phase)
  if (isOver(phase)) state.ready.add(scope.id)
}

/** The reader's items are known. */
export function takeItems({ state, scope, entry }: Change): void {
  const { phase } = scope
  if (phase.kind !== 'mapRun') return
  phase.inputs = entry.own!.inputs!
  phase.outcomes = phase.inputs.map(() => null)
  phase.reading = null
  if (isOver(phase)) state.ready.add(scope.id)
}

export function endItem({ state, scope, entry }: Change): void {
  const { phase } = scope
  if (phase.kind !== 'mapRun') return
  const { ended, outcome } = entry.own!
  phase.outcomes[ended!] = outcome!
  phase.ended += 1
  if (!outcome!.ok) phase.failed += 1
  if (isOver(phase)) state.ready.add(scope.id)
}

/** UpdateMapRun: what has failed already may be too much by now. */
export function limitMapRun({ state, scope, entry }: Change): void {
  if (scope.phase.kind !== 'mapRun') return
  const phase = { ...scope.phase, ...entry.own!.limits }
  scope.phase = phase
  if (isOver(phase)) state.ready.add(scope.id)
}

export function startWriting({ state, scope }: Change): void {
  if (scope.phase.kind !== 'mapRun') return
  scope.phase.writing = true
  state.ready.delete(scope.id)
}

export function endWriting({ state, scope, entry }: Change): void {
  const { phase } = scope
  if (phase.kind !== 'mapRun') return
  phase.writing = false
  phase.written = entry.own!.outcome!
  state.ready.add(scope.id)
}

/** What has not succeeded is open again. */
export function redriveMapRun({ state, scope }: Change): void {
  const { phase } = scope
  if (phase.kind !== 'mapRun') return
  phase.redriving = false
  phase.redriveCount += 1
  phase.outcomes = phase.outcomes.map((outcome) => (outcome?.ok ? outcome : null))
  phase.ended = phase.outcomes.filter((outcome) => outcome !== null).length
  phase.failed = 0
  phase.writing = false
  phase.written = null
  if (!isOver(phase)) state.ready.delete(scope.id)
}

const isOver = (phase: MapRunPhase) =>
  phase.reading === null && !phase.writing && (phase.ended === phase.inputs.length || isIntolerable(phase))

/** AWS: a Map Run fails when either threshold is exceeded; without any, one failure is too many. */
export function isIntolerable({ failed, inputs, toleratedCount, toleratedPercentage }: MapRunPhase): boolean {
  if (failed === 0) return false
  if (toleratedCount === null && toleratedPercentage === null) return true
  const tooMany = toleratedCount !== null && failed > toleratedCount
  return tooMany || (toleratedPercentage !== null && (failed / inputs.length) * 100 > toleratedPercentage)
}
