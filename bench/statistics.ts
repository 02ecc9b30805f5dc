/** Numbers → the few that are printed. */

/** Nearest rank: always one of the values. @param share 0.5 for the median */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

export const mean = (values: readonly number[]): number => sum(values) / values.length

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Slope of the line through (log size, log value) with the least squares: 1 is linear, 2 is quadratic. */
export function growthExponent(points: readonly { readonly size: number; readonly value: number }[]): number {
  const [xs, ys] = [points.map(({ size }) => Math.log(size)), points.map(({ value }) => Math.log(value))]
  const [x, y] = [mean(xs), mean(ys)]
  return sum(xs.map((each, i) => (each - x) * (ys[i]! - y))) / sum(xs.map((each) => (each - x) ** 2))
}
