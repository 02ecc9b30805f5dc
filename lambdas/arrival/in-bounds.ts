/** Runs work on many things, a bounded number at a time: DynamoDB throttles a burst on one partition (1,000 writes a second). */
const atOnce = 25

/** @throws the first error, once the batch it came from has settled; repeat the whole. */
export async function inBounds<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (let first = 0; first < items.length; first += atOnce) {
    const results = await Promise.allSettled(items.slice(first, first + atOnce).map(work))
    const failed = results.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
  }
}
