import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { generateOrders } from '../../dags/orders/generate-orders.ts'
import { dag } from '../../dags/orders_daily.ts'
import { countOrders } from './count-orders.ts'
import { runHandlers } from './run-handlers.ts'

describe('orders_daily', () => {
  let results: Map<string, unknown>
  beforeAll(async () => {
    results = await runHandlers(dag)
  })

  it('reads the same 60,000 lines on every machine', () => {
    const csv = String(results.get('extract'))
    expect(csv.trimEnd().split('\n')).toHaveLength(60_001)
    expect(createHash('sha256').update(csv).digest('hex')).toBe(
      'd8e392f26fd3aedc0731503be2427b9d744f58ac1d042427ae39fcd2c0b2f6eb',
    )
    expect(generateOrders({ seed: 1, lines: 5 })).not.toBe(generateOrders({ seed: 2, lines: 5 }))
  })

  it('reports the totals that a plain loop over the CSV finds', () => {
    const expected = countOrders(String(results.get('extract')))
    const { dachCents, vatCents, rejected } = results.get('report') as Record<string, unknown> // what the task returns
    expect(expected.accepted).toBeGreaterThan(50_000)
    expect({ dachCents, vatCents, rejected }).toEqual({
      dachCents: expected.dachCents,
      vatCents: expected.vatCents,
      rejected: expected.rejected,
    })
  })

  it('accounts for every line, accepted or rejected for each reason', () => {
    const { accepted, rejected } = countOrders(String(results.get('extract')))
    expect(results.get('validate')).toHaveLength(accepted)
    const counts = Object.values(rejected)
    expect(Math.min(...counts)).toBeGreaterThan(0)
    expect(counts.reduce((sum, count) => sum + count, accepted)).toBe(60_000)
  })

  it('makes results that are too large for the record', () => {
    for (const taskId of ['extract', 'validate', 'sales_ch', 'dach_revenue', 'report']) {
      expect(JSON.stringify(results.get(taskId)).length).toBeGreaterThan(32 * 1024)
    }
  })
})
