/** What the store throws. Inner code never sees an SDK exception: it is the `cause` of one of these. */

/** The table or the bucket could not be reached or refused the call. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  constructor(what: string, cause: unknown) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    super(`${what} (${reason})`, { cause })
  }
}

/** A value that is larger than a record may be. The author's task pushed it. */
export class XComTooLarge extends Error {
  override readonly name = 'XComTooLarge'
  constructor(place: {
    readonly taskId: string
    readonly key: string
    readonly bytes: number
    readonly limit: number
  }) {
    const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`
    super(
      `XCom ${place.key} of task ${place.taskId} has ${mebibytes(place.bytes)} of JSON, the limit is ` +
        `${mebibytes(place.limit)}. Write the data to a file or bucket and push its address instead.`,
    )
  }
}

/** Two deployments took the same version number at once; the later one asks for the next number. */
export class DagVersionTaken extends Error {
  override readonly name = 'DagVersionTaken'
  constructor(dagId: string, version: number) {
    super(`version ${version} of DAG ${dagId} is another deployment's`)
  }
}
