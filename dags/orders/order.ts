/** One order line, as the shop writes it to CSV and as the tasks of `orders_daily` pass it on. Money is in euro cents. */
export const countries = ['at', 'ch', 'de', 'fr', 'it'] as const
export type Country = (typeof countries)[number]

export const columns = ['order_id', 'ordered_at', 'country', 'product', 'quantity', 'unit_price'] as const
export type Column = (typeof columns)[number]

export type Order = {
  orderId: string
  /** Day of the order, `YYYY-MM-DD`. */
  day: string
  country: Country
  product: string
  quantity: number
  unitPriceCents: number
}
