/**
 * The totals of `orders_daily`, computed again without any of its code: one loop over the characters of the CSV, one over
 * its lines. Slow and plain on purpose.
 */
export interface OrderTotals {
  accepted: number
  rejected: {
    duplicate: number
    'unknown country': number
    'bad date': number
    'bad quantity': number
    'bad price': number
  }
  /** Revenue in cents by country. */
  cents: Record<string, number>
  dachCents: number
  vatCents: number
}

export function countOrders(csv: string): OrderTotals {
  const totals: OrderTotals = {
    accepted: 0,
    rejected: { duplicate: 0, 'unknown country': 0, 'bad date': 0, 'bad quantity': 0, 'bad price': 0 },
    cents: { at: 0, ch: 0, de: 0, fr: 0, it: 0 },
    dachCents: 0,
    vatCents: 0,
  }
  const ids: Record<string, true> = {}
  for (const [id = '', at = '', country = '', , quantity = '', price = ''] of splitCsv(csv).slice(1)) {
    const isKnown = ids[id] === true
    ids[id] = true
    if (isKnown) totals.rejected.duplicate++
    else if (!['at', 'ch', 'de', 'fr', 'it'].includes(country)) totals.rejected['unknown country']++
    else if (Number.isNaN(Date.parse(at))) totals.rejected['bad date']++
    else if (!(Number(quantity) > 0)) totals.rejected['bad quantity']++
    else if (price === '') totals.rejected['bad price']++
    else {
      totals.accepted++
      totals.cents[country] = (totals.cents[country] ?? 0) + Number(quantity) * Math.round(Number(price) * 100)
    }
  }
  const { at = 0, ch = 0, de = 0, fr = 0, it = 0 } = totals.cents
  totals.dachCents = at + ch + de
  totals.vatCents = Math.round(at * 0.2) + Math.round(de * 0.19) + Math.round(fr * 0.2) + Math.round(it * 0.22)
  return totals
}

function splitCsv(csv: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let field = ''
  let isQuoted = false
  for (const character of csv) {
    if (character === '"') isQuoted = !isQuoted
    else if (!isQuoted && (character === ',' || character === '\n')) {
      row.push(field)
      field = ''
      if (character === '\n') {
        rows.push(row)
        row = []
      }
    } else field += character
  }
  return rows
}
