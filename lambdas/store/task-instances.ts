/**
 * Task instances. A write names what its writer saw (state, try number, holder); of two writers that saw the same,
 * one wins and the other learns what is stored.
 */
import {
  holderOf,
  keys,
  prefixes,
  type RunRef,
  type RunStore,
  type TaskInstance,
  under,
} from '../../run-model/index.ts'
import { StoreError } from './errors.ts'
import { decode, encode } from './record.ts'
import type { Expression, Item, RunTable } from './table.ts'

export function taskInstanceStore(
  table: RunTable,
): Pick<RunStore, 'getTaskInstance' | 'getTaskInstances' | 'listTaskInstances' | 'putTaskInstance'> {
  const get = async (run: RunRef, taskId: string, mapIndex: number) => {
    const item = await table.get(keys.taskInstance(run, taskId, mapIndex))
    return item && decode<TaskInstance>(item)
  }
  return {
    getTaskInstance: (run, taskId, mapIndex = -1) => get(run, taskId, mapIndex),
    async getTaskInstances(run, taskIds) {
      const items = await table.batchGet(taskIds.map((taskId) => keys.taskInstance(run, taskId, -1)))
      return items.map(decode<TaskInstance>)
    },
    async listTaskInstances(run) {
      const range = ['sk', ...under(prefixes.tasks)] as const
      const items = await table.query({ hash: ['pk', keys.run(run).pk], range, order: 'ascending' })
      return items.map(decode<TaskInstance>)
    },
    async putTaskInstance(seen, next) {
      if (await table.put(itemOf(next), unchangedSince(seen))) return { written: true, stored: next }
      const stored = await get(next, next.taskId, next.mapIndex)
      if (!stored)
        throw new StoreError(`cannot write task ${next.taskId} of run ${next.runId}`, 'its record was deleted')
      // The SDK repeats a write whose answer was lost; the repeat meets what the first one wrote.
      return { written: encode(stored) === encode(next), stored }
    },
  }
}

function itemOf(instance: TaskInstance): Item {
  const holder = holderOf(instance)
  return {
    ...keys.taskInstance(instance, instance.taskId, instance.mapIndex),
    state: instance.state,
    tryNumber: instance.tryNumber,
    ...(holder !== undefined && { holder }),
    record: encode(instance),
  }
}

function unchangedSince(seen: TaskInstance | null): Expression {
  if (!seen) return { text: 'attribute_not_exists(#pk)' }
  const holder = holderOf(seen)
  return {
    text: `#state = :state AND #tryNumber = :tryNumber AND ${holder === undefined ? 'attribute_not_exists(#holder)' : '#holder = :holder'}`,
    values: {
      ':state': seen.state,
      ':tryNumber': seen.tryNumber,
      ...(holder !== undefined && { ':holder': holder }),
    },
  }
}
