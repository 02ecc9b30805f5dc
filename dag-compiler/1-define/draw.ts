/** Edges and roles of placed tasks → declarations. What cannot be drawn is recorded with the name the author used. */
import type { Mistake } from './dag-definition.ts'
import { type Declarations, refuseWhenRead } from './declarations.ts'
import { describe, isJsonContainer } from './describe.ts'
import { type End, endId, endOf, factoryTaskId, owner, refOf, type TaskRef } from './ref.ts'

/** Draws one edge; drawing it again changes nothing. */
export function drawEdge(all: Declarations, self: End, other: unknown, direction: 'before' | 'after'): void {
  refuseWhenRead(all)
  const id = endOfDag(all, self[endId], other, { direction })
  if (id === null) return
  const [from, to] = direction === 'before' ? [self[endId], id] : [id, self[endId]]
  all.edges.set(JSON.stringify([from, to]), [from, to])
}

/** Id of a task or group of this DAG; for anything else a mistake of `task`, and null. */
export function endOfDag(all: Declarations, task: string, value: unknown, more: Mistake['detail'] = {}): string | null {
  const end = endOf(value)
  if (end && end[owner] === all.owner) return end[endId]
  const upstream = end ? end[endId] : (factoryTaskId(value) ?? describe(value))
  const from: Mistake['detail'] = end ? { dag: end[owner].dagId, reason: 'other-dag' } : { reason: 'not-called' }
  all.mistakes.push({ kind: 'unknown-upstream', task, detail: { upstream, ...from, ...more } })
  return null
}

export function markSetup(all: Declarations, ref: TaskRef): void {
  refuseWhenRead(all)
  const declared = all.byRef.get(ref)
  if (declared) declared.isSetup = true
}

export function markTeardown(all: Declarations, ref: TaskRef, options: unknown): void {
  refuseWhenRead(all)
  const declared = all.byRef.get(ref)
  if (!declared) return
  const given = isJsonContainer(options) ? Object.entries(options) : [['options', options] as const]
  const known = ['setups', 'onFailureFailDagrun']
  for (const [option] of given.filter(([key]) => !known.includes(key))) {
    all.mistakes.push({ kind: 'bad-option', task: declared.taskId, detail: { option, known } })
  }
  const { setups = [], onFailureFailDagrun = false } = Object.fromEntries(given)
  const ids = (Array.isArray(setups) ? setups : [setups]).flatMap((setup) => setupId(all, ref, setup))
  if (declared.hasOwnRule) {
    all.mistakes.push({
      kind: 'bad-teardown',
      task: declared.taskId,
      detail: { reason: 'rule', rule: declared.spec.triggerRule },
    })
  }
  declared.teardown = { setups: ids, onFailureFailDagrun: onFailureFailDagrun === true }
}

/** A setup comes before its teardown, as in Airflow. */
function setupId(all: Declarations, teardown: TaskRef, setup: unknown): readonly string[] {
  drawEdge(all, teardown, setup, 'after')
  const ref = refOf(setup)
  if (ref?.[owner] === all.owner) {
    markSetup(all, ref)
    return [ref.taskId]
  }
  const group = endOf(setup)
  if (group) {
    all.mistakes.push({
      kind: 'bad-teardown',
      task: teardown.taskId,
      detail: { reason: 'group', setup: group[endId] },
    })
  }
  return []
}
