/** What a decision may ask of the world: all of it arrives as an argument, so a decision can be repeated in a test. */
export interface Surroundings {
  readonly nowMs: number
  readonly region: string
  readonly accountId: string
  /** [0, 1), for retry jitter. */
  readonly random: () => number
  /** A new token for a task in this scope. */
  readonly newToken: (scopeId: number) => string
}
