/** A child execution → the state that starts it, and a call that settles its tasks when it failed as a whole. */
import type { Emission, States } from './emission.ts'
import { type Sequence, targetAt } from './sequence.ts'
import { childFailure, childState } from './states/child.ts'
import { settleChildState } from './states/finalizer.ts'

export function emitChildStart(
  emission: Emission,
  sequence: Sequence,
  at: number,
  id: string,
  position: number,
): States {
  const { names, failures } = emission
  const { scope } = sequence
  const target = targetAt(emission, sequence, at)
  if (failures === 'fatal') return [[id, childState(position, scope, target, null)]]
  const arrive = names.arrive(id)
  return [
    [id, childState(position, scope, target, childFailure(arrive))],
    [arrive, settleChildState(emission, scope, id, target)],
  ]
}
