/**
 * A nightly job on real input: 60,000 order lines become a revenue and tax report.
 *
 *     extract → validate → sales_ch ────────────→ dach_revenue ──→ report
 *                        → sales_at, sales_de ──→ dach_revenue
 *                        → sales_at, sales_de ──→ eu_vat ────────→ report
 *                        → sales_fr, sales_it ──→ eu_vat
 *
 * `dach_revenue` and `eu_vat` share two of their inputs and each has inputs of its own, so neither has to wait for what
 * only the other needs. Nested Parallels cannot say that; the compiler adds token gates (`stepdag compile dags`).
 *
 * What tasks return is stored: up to 32 KiB in the run's record, anything larger in the object store. The CSV and the
 * checked orders (several MB) therefore go to the object store, and no task has to know.
 */
import { Dag, FailTask, getClient, getContext } from 'stepdag'
import { generateOrders } from './orders/generate-orders.ts'
import type { Country, Order } from './orders/order.ts'
import { type ReadOrders, readOrders } from './orders/read-orders.ts'
import {
  type CountryVat,
  type DayRevenue,
  type Sale,
  sumDays,
  sumSales,
  sumVat,
  totalCents,
} from './orders/sum-sales.ts'

export const dag = new Dag('orders_daily', {
  description: 'Revenue and tax from the shop’s orders, every night',
  schedule: '30 2 * * *',
  timezone: 'Europe/Zurich',
  // In the past, with `catchup` off: the first start runs the latest tick at once, then the clock takes over.
  startDate: new Date('2026-01-01T00:00:00Z'),
  catchup: false,
  tags: ['example', 'orders'],
  defaults: { retries: 1, retryDelay: 5, executionTimeout: 120 },
})

// The shop's export. A real DAG would read it from a bucket; this one makes it, always with the same bytes.
const extract = dag.task('extract', async (): Promise<string> => {
  const { lines = 60_000 } = getContext().conf // stepdag run orders_daily --conf '{"lines": 120000}'
  return generateOrders({ seed: 20260101, lines: Number(lines) })
})

const validate = dag.task('validate', async ({ csv }: { csv: string }): Promise<Order[]> => {
  const { orders, rejected } = readOrders(csv)
  console.log(`${orders.length} orders accepted, rejected: ${JSON.stringify(rejected)}`)
  await getClient().setXCom({ key: 'rejected', value: rejected })
  return orders
})

const orders = validate({ csv: extract() })

const salesOf = (country: Country) =>
  dag.task(
    `sales_${country}`,
    async ({ orders }: { orders: Order[] }): Promise<Sale[]> => sumSales(orders, country),
  )({
    orders,
  })
const [at, ch, de, fr, it] = [salesOf('at'), salesOf('ch'), salesOf('de'), salesOf('fr'), salesOf('it')]

type DachSales = { at: Sale[]; ch: Sale[]; de: Sale[] }
const dachRevenue = dag.task('dach_revenue', async ({ at, ch, de }: DachSales): Promise<DayRevenue[]> => {
  return sumDays([...at, ...ch, ...de])
})

type EuSales = { at: Sale[]; de: Sale[]; fr: Sale[]; it: Sale[] }
const euVat = dag.task('eu_vat', async ({ at, de, fr, it }: EuSales): Promise<CountryVat[]> => {
  return [sumVat(at, 'at'), sumVat(de, 'de'), sumVat(fr, 'fr'), sumVat(it, 'it')]
})

type Report = {
  dachCents: number
  vatCents: number
  rejected: ReadOrders['rejected'] | null
  dach: DayRevenue[]
  vat: CountryVat[]
}
const report = dag.task('report', async ({ dach, vat }: { dach: DayRevenue[]; vat: CountryVat[] }): Promise<Report> => {
  for (const { country, netCents } of vat) {
    const cents = totalCents(dach.filter((day) => day.country === country))
    // Countries that both aggregations saw must agree to the cent; trying again would not change that.
    if (cents !== 0 && cents !== netCents)
      throw new FailTask(`${country}: revenue ${cents} and tax base ${netCents} differ`)
  }
  const rejected = await getClient().getXCom<ReadOrders['rejected']>({ key: 'rejected', taskId: 'validate' })
  const vatCents = vat.reduce((total, country) => total + country.vatCents, 0)
  return { dachCents: totalCents(dach), vatCents, rejected, dach, vat }
})

report({ dach: dachRevenue({ at, ch, de }), vat: euVat({ at, de, fr, it }) })
