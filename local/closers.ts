/** What was opened is closed in reverse order, whatever else fails on the way. */
export interface Closers {
  add(close: () => unknown): void
  /** Idempotent. Rejects with the first error, after everything was tried. */
  closeAll(): Promise<void>
}

export function createClosers(): Closers {
  const closers: (() => unknown)[] = []
  return {
    add: (close) => void closers.push(close),
    async closeAll() {
      const errors: unknown[] = []
      for (let close = closers.pop(); close; close = closers.pop()) {
        try {
          await close()
        } catch (error) {
          errors.push(error)
        }
      }
      if (errors.length > 0) throw errors[0]
    },
  }
}
