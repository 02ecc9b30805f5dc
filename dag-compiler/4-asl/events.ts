/** History events per state: AWS's histories, counted (aws-facts §4, design §13). */
export const events = {
  execution: 2,
  task: 5,
  /** A task that waits for a token, a job or a child execution; a gate that is not open yet. */
  waiting: 6,
  retriedTry: 3,
  /** A try of a state that waits for a token, and a gate that asks again after an hour. */
  rearm: 4,
  parallel: 4,
  map: 4,
  iteration: 2,
  distributedMap: 6,
  /** Succeed, Choice, Pass. */
  plain: 2,
} as const
