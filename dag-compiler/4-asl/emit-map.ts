/**
 * A mapped task or group → a Map; before it a call, where only that knows how many instances there are, and behind it a
 * call, where somebody must hear outside of the state data how they ended.
 */
import type { MapItem } from '../3-plan/plan.ts'
import type { Emission, States } from './emission.ts'
import { entryAt, expression, withStatuses } from './expressions.ts'
import { type Sequence, stateAfterFailure, targetAt } from './sequence.ts'
import { arriveState } from './states/finalizer.ts'
import { mapState } from './states/map.ts'
import type { Branch } from './states/parallel.ts'
import type { Target } from './states/target.ts'
import { expandState, type Failure } from './states/task.ts'

export function emitMap(emission: Emission, sequence: Sequence, at: number, map: MapItem, body: Branch): States {
  const { names, links, failures, tasks } = emission
  const { scope } = sequence
  const target = targetAt(emission, sequence, at)
  const linked = map.tasks.filter((task) => links.linked.has(task))
  const arrive = names.arrive(map.id)
  const behind: Target = linked.length > 0 ? { Next: arrive } : target
  const failed = map.tasks.map((task) => [task, 'failed'] as const)
  const report = failures === 'reported' ? names.arrive(`${map.id}:failed`) : null
  const goesOn = (): string => stateAfterFailure(emission, sequence, at)
  const failure: Failure | null =
    failures === 'fatal'
      ? null
      : { data: withStatuses(failed), next: report ?? (linked.length > 0 ? arrive : goesOn()) }
  const first = tasks.get(map.tasks[0]!)!
  const ends = linked.map((task) => [task, expression(entryAt(task, 0))] as const)
  return [
    ...(map.count.by === 'expand'
      ? [[names.entry(map), expandState(emission, scope, map.id, first, { Next: map.id }, failure)] as const]
      : []),
    [map.id, mapState(emission, scope, map, body, behind, failure)],
    ...(linked.length > 0 ? [[arrive, arriveState(emission, scope, ends, target)] as const] : []),
    ...(report === null ? [] : [[report, arriveState(emission, scope, failed, { Next: goesOn() })] as const]),
  ]
}
