/**
 * What service tasks returned, for handlers that take it as an input. No wrapper of ours runs in them, so nothing is stored
 * as XCom: the whole result travels in their entry, in the state data or in their record, under the empty path.
 */
import type { RunStore, StateEntry, Wiring } from '../../run-model/index.ts'
import { returnValueKey } from './resolve-inputs.ts'

type InputStore = Pick<RunStore, 'getXCom' | 'listMappedXComs'>

/** @param entryOf how an upstream ended, by key */
export function withServiceResults(
  store: InputStore,
  wiring: Wiring,
  entryOf: (key: string) => StateEntry | undefined,
): InputStore {
  const services = new Map(
    Object.entries(wiring.tasks).flatMap(([key, { taskId, isService }]) => (isService ? [[taskId, key] as const] : [])),
  )
  return {
    listMappedXComs: (...asked) => store.listMappedXComs(...asked),
    async getXCom(run, taskId, key, mapIndex = -1) {
      const service = key === returnValueKey ? services.get(taskId) : undefined
      if (service === undefined) return store.getXCom(run, taskId, key, mapIndex)
      const entry = entryOf(service)
      const value = typeof entry === 'object' ? entry.v?.[''] : undefined
      return value === undefined ? null : { taskId, mapIndex, key, value, timestamp: '' }
    },
  }
}
