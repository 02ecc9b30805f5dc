/**
 * How the tasks of a run ended, as their records tell. The instances of a mapped task add up to one entry, unless a record of
 * the whole task has it already.
 */
import { entryOfInstances, type StateEntry, type TaskInstance, type TaskWiring } from '../../run-model/index.ts'
import { isTerminal, recordedEntry } from '../arrival/index.ts'

/** Records of one run, by task id. */
export type RunRecords = ReadonlyMap<string, TaskRecords>

export interface TaskRecords {
  /** Of the whole task: of one that is not mapped, or the one that sums up. */
  readonly whole: TaskInstance | null
  /** By map index. */
  readonly instances: readonly TaskInstance[]
}

export function byTask(records: readonly TaskInstance[]): RunRecords {
  const found = new Map<string, { whole: TaskInstance | null; instances: TaskInstance[] }>()
  for (const record of records) {
    const of = found.get(record.taskId) ?? { whole: null, instances: [] }
    if (record.mapIndex < 0) of.whole = record
    else of.instances.push(record)
    found.set(record.taskId, of)
  }
  return found
}

/**
 * @param unended what an instance without an end counts as.
 * @returns undefined: the records do not tell.
 */
export function recordedEnd(
  records: RunRecords,
  { taskId }: TaskWiring,
  unended: (instance: TaskInstance) => 'failed' | 'skipped' = () => 'failed',
): StateEntry | undefined {
  const { whole, instances } = records.get(taskId) ?? { whole: null, instances: [] }
  const entry = recordedEntry(whole)
  if (entry !== undefined || instances.length === 0) return entry
  return entryOfInstances(instances.map((one) => (isTerminal(one.state) ? one.state : unended(one))))
}
