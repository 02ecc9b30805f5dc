/** CSV text → checked orders, and for every line that is not one the reason. Nothing is dropped without being counted. */
import { parse } from 'csv-parse/sync'
import { type Column, type Country, countries, type Order } from './order.ts'

type Rejection = 'duplicate' | 'unknown country' | 'bad date' | 'bad quantity' | 'bad price'
export type ReadOrders = { orders: Order[]; rejected: { [reason in Rejection]: number } }

type Line = Record<Column, string>

export function readOrders(csv: string): ReadOrders {
  const lines: Line[] = parse(csv, { columns: true, skip_empty_lines: true })
  const seen = new Set<string>()
  const orders: Order[] = []
  const rejected = { duplicate: 0, 'unknown country': 0, 'bad date': 0, 'bad quantity': 0, 'bad price': 0 }
  for (const line of lines) {
    const order = seen.has(line.order_id) ? 'duplicate' : readOrder(line)
    seen.add(line.order_id)
    if (typeof order === 'string') rejected[order]++
    else orders.push(order)
  }
  return { orders, rejected }
}

function readOrder(line: Line): Order | Rejection {
  const country = countries.find((known: Country) => known === line.country)
  if (!country) return 'unknown country'
  if (!/^\d{4}-\d\d-\d\dT/.test(line.ordered_at)) return 'bad date'
  if (!/^[1-9]\d*$/.test(line.quantity)) return 'bad quantity'
  if (!/^\d+\.\d\d$/.test(line.unit_price)) return 'bad price'
  return {
    orderId: line.order_id,
    day: line.ordered_at.slice(0, 10),
    country,
    product: line.product,
    quantity: Number(line.quantity),
    unitPriceCents: Number(line.unit_price.replace('.', '')),
  }
}
