/** Ledgers. Two planners never both write: a write names the revision it replaces. */
import { emptyLedger, keys, type Ledger, type RunStore } from '../../run-model/index.ts'
import { decode, encode } from './record.ts'
import type { RunTable } from './table.ts'

export function ledgerStore(table: RunTable): Pick<RunStore, 'getLedger' | 'putLedger'> {
  return {
    async getLedger(dagId) {
      const item = await table.get(keys.ledger(dagId))
      return item ? { ...emptyLedger, ...decode<Ledger>(item) } : emptyLedger
    },
    async putLedger(dagId, expected, next) {
      const revision = expected.revision + 1
      return table.put(
        { ...keys.ledger(dagId), revision, record: encode({ ...next, revision }) },
        expected.revision === 0
          ? { text: 'attribute_not_exists(#pk)' }
          : { text: '#revision = :expected', values: { ':expected': expected.revision } },
      )
    },
  }
}
