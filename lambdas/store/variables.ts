/** Variables: plain strings by key. */
import { keys, type RunStore } from '../../run-model/index.ts'
import type { RunTable } from './table.ts'

export function variableStore(table: RunTable): Pick<RunStore, 'getVariable' | 'setVariable' | 'deleteVariable'> {
  return {
    async getVariable(key) {
      const item = await table.get(keys.variable(key))
      return item ? String(item.value) : null
    },
    async setVariable(key, value) {
      await table.put({ ...keys.variable(key), value })
    },
    async deleteVariable(key) {
      await table.delete(keys.variable(key))
    },
  }
}
