/** Orders → sums. Every function here is arithmetic on whole cents, so that totals can be compared exactly. */
import type { Country, Order } from './order.ts'

/** What was sold of one product in one country on one day. */
export type Sale = { country: Country; day: string; product: string; orders: number; quantity: number; cents: number }
/** One day in one country; `products` says which product brought how many of the cents. */
export type DayRevenue = {
  day: string
  country: Country
  orders: number
  cents: number
  products: { [product: string]: number }
}
export type CountryVat = { country: Country; ratePercent: number; netCents: number; vatCents: number }

/** Value-added tax on net prices, per cent, in the countries of the union among ours. */
const vatPercent: { [country in Country]?: number } = { at: 20, de: 19, fr: 20, it: 22 }

/** The sales of one country, by day and product. */
export function sumSales(orders: readonly Order[], country: Country): Sale[] {
  const sums = new Map<string, Sale>()
  for (const order of orders) {
    if (order.country !== country) continue
    const { day, product, quantity } = order
    const sum = sums.get(`${day} ${product}`) ?? { country, day, product, orders: 0, quantity: 0, cents: 0 }
    sums.set(`${day} ${product}`, {
      ...sum,
      orders: sum.orders + 1,
      quantity: sum.quantity + quantity,
      cents: sum.cents + quantity * order.unitPriceCents,
    })
  }
  return [...sums.values()].sort(byDayAndProduct)
}

/** Revenue by day and country. A product occurs once per day and country in `sales`. */
export function sumDays(sales: readonly Sale[]): DayRevenue[] {
  const sums = new Map<string, DayRevenue>()
  for (const { day, country, product, orders, cents } of sales) {
    const sum = sums.get(`${day} ${country}`) ?? { day, country, orders: 0, cents: 0, products: {} }
    sums.set(`${day} ${country}`, {
      ...sum,
      orders: sum.orders + orders,
      cents: sum.cents + cents,
      products: { ...sum.products, [product]: cents },
    })
  }
  return [...sums.values()].sort((a, b) => compare(a.day, b.day) || compare(a.country, b.country))
}

/** Tax of one country: a percentage of its net revenue, rounded half up to whole cents. */
export function sumVat(sales: readonly Sale[], country: Country): CountryVat {
  const ratePercent = vatPercent[country] ?? 0
  const netCents = totalCents(sales)
  return { country, ratePercent, netCents, vatCents: Math.floor((netCents * ratePercent + 50) / 100) }
}

export function totalCents(sums: readonly { cents: number }[]): number {
  return sums.reduce((total, { cents }) => total + cents, 0)
}

const byDayAndProduct = (a: Sale, b: Sale) => compare(a.day, b.day) || compare(a.product, b.product)
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
