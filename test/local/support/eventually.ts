/** Asks until the answer passes; a test that waits for something else than a promise ends with the last answer seen. */
export async function eventually<T>(
  ask: () => T | Promise<T>,
  passes: (answer: T) => boolean,
  limitMs = 15_000,
): Promise<T> {
  const giveUpAt = Date.now() + limitMs
  for (;;) {
    const answer = await ask()
    if (passes(answer)) return answer
    if (Date.now() > giveUpAt) throw new Error(`still not true after ${limitMs} ms: ${JSON.stringify(answer)}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
