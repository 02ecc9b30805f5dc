/**
 * The shop's export: a CSV text of order lines. The same seed and number of lines always give the same bytes, on every
 * machine: integers only, no clock, no `Math.random`. About one line in fifty is spoilt, as real exports are.
 */
import { columns, countries } from './order.ts'

const catalogue = [
  ['Mug, blue', 1290],
  ['Mug, white', 1190],
  ['Notebook "Alpine"', 850],
  ['Pencil', 95],
  ['Poster, 50 x 70', 2400],
  ['Tote bag', 1575],
  ['Umbrella', 3450],
  ['Wall clock', 5999],
] as const

const firstDay = Date.UTC(2026, 0, 1)
const days = 90
const minuteMs = 60_000

/** @param lines data lines, without the header. */
export function generateOrders({ seed, lines }: { seed: number; lines: number }): string {
  const below = seededIntegers(seed)
  const rows = [columns.join(',')]
  for (let line = 1; line <= lines; line++) rows.push(orderLine(line, below))
  return `${rows.join('\n')}\n`
}

function orderLine(line: number, below: (limit: number) => number): string {
  const [product, priceCents] = catalogue[below(catalogue.length)] ?? catalogue[0]
  const orderedAt = new Date(firstDay + below(days * 24 * 60) * minuteMs).toISOString()
  const fields = {
    order_id: `A${String(line).padStart(6, '0')}`,
    ordered_at: orderedAt,
    country: countries[below(countries.length)] ?? 'at',
    product: quoted(product),
    quantity: String(1 + below(5)),
    unit_price: euros(priceCents + below(200)),
  }
  const spoilt = below(50) === 0 ? spoil(below(5), line) : {}
  return Object.values({ ...fields, ...spoilt }).join(',')
}

/** One of the five ways in which exports go wrong. */
function spoil(way: number, line: number) {
  if (way === 0) return { country: 'xx' }
  if (way === 1) return { quantity: '-1' }
  if (way === 2) return { ordered_at: 'yesterday' }
  if (way === 3) return { unit_price: '' }
  return { order_id: `A${String(Math.max(1, line - 7)).padStart(6, '0')}` }
}

const quoted = (text: string) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
const euros = (cents: number) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`

/** Mulberry32, a 32-bit generator: integers in [0, limit). */
function seededIntegers(seed: number): (limit: number) => number {
  let state = seed >>> 0
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
}
