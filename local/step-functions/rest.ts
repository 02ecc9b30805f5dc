/** Knows whether any execution is being worked on, and tells those who wait for a moment without. */
export interface Rest {
  begin(): void
  end(): void
  /** Resolves at the next moment at which everything that began has ended. */
  reached(): Promise<void>
}

export function createRest(): Rest {
  const waiting: (() => void)[] = []
  const work = { open: 0 }
  return {
    begin: () => void work.open++,
    end() {
      work.open -= 1
      if (work.open === 0) for (const resolve of waiting.splice(0)) resolve()
    },
    reached: () => (work.open === 0 ? Promise.resolve() : new Promise((resolve) => void waiting.push(resolve))),
  }
}
