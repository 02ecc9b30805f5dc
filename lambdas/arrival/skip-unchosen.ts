/**
 * Skips what a decider did not choose, at once, so that people see it; the execution passes those tasks later and finds
 * their records. Invariant: a task that has a record is left alone (semantics §8), so repeating a call changes nothing.
 */
import { type RunStore, taskOf, type Wiring } from '../../run-model/index.ts'
import { inBounds } from './in-bounds.ts'
import { decidedRecord, type TaskPlace } from './records.ts'

export interface Choice extends Omit<TaskPlace, 'task'> {
  /** Key of the decider. */
  readonly taskKey: string
  /** Options it chose; undefined: it decided nothing. */
  readonly chosen: readonly string[] | undefined
  /** RFC 3339. */
  readonly at: string
}

/** Call it after the decider's own record is written: that record is the choice. */
export async function skipUnchosen(
  store: Pick<RunStore, 'putTaskInstance'>,
  wiring: Wiring,
  { taskKey, chosen, at, ...place }: Choice,
): Promise<void> {
  const { decision, mappedGroup } = taskOf(wiring, taskKey)
  if (!decision || !chosen) return
  const unchosen = Object.entries(decision.candidates)
    .filter(([, keptBy]) => !keptBy.some((option) => chosen.includes(option)))
    .map(([key]) => taskOf(wiring, key))
    // One index of a mapped group decides for that index only.
    .filter((task) => mappedGroup === undefined || task.mappedGroup === mappedGroup)
  await inBounds(unchosen, (task) => {
    const mapIndex = mappedGroup === undefined ? -1 : (place.mapIndex ?? -1)
    return store.putTaskInstance(null, decidedRecord({ ...place, task, mapIndex }, null, 'skipped', at))
  })
}
