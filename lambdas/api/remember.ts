/** Keeps the answers of a read whose answers never change. */

/**
 * Remembers up to `limit` answers and drops the oldest beyond that. A null answer ("not there yet") and a failure are
 * not kept, so the next call asks again.
 */
export function remember<A extends readonly (string | number)[], T>(
  limit: number,
  read: (...args: A) => Promise<T>,
): (...args: A) => Promise<T> {
  const kept = new Map<string, Promise<T>>()
  return (...args) => {
    const key = JSON.stringify(args)
    const known = kept.get(key)
    if (known !== undefined) return known
    const reading = read(...args)
    kept.set(key, reading)
    const forget = () => {
      if (kept.get(key) === reading) kept.delete(key)
    }
    reading.then((answer) => answer === null && forget(), forget)
    for (const oldest of kept.keys()) {
      if (kept.size <= limit) break
      kept.delete(oldest)
    }
    return reading
  }
}
