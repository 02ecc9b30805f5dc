/** Tasks that wait for a run's end, stored under that run: whoever ends it finds them with one query. */
import { keys, prefixes, type RunStore, type RunWaiter, under } from '../../run-model/index.ts'
import { decode, encode } from './record.ts'
import type { RunTable } from './table.ts'

export function runWaiterStore(table: RunTable): Pick<RunStore, 'putRunWaiter' | 'listRunWaiters'> {
  return {
    /** Idempotent: a waiter has one key, and a later try of its task replaces it. */
    async putRunWaiter(run, waiter) {
      await table.put({ ...keys.runWaiter(run, waiter), record: encode(waiter) })
    },
    async listRunWaiters(run) {
      const range = ['sk', ...under(prefixes.waiters)] as const
      const items = await table.query({ hash: ['pk', keys.run(run).pk], range, order: 'ascending' })
      return items.map(decode<RunWaiter>)
    },
  }
}
