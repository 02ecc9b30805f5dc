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

/** A key that does not fit into a record's key. The author's task chose it. */
export class XComKeyTooLong extends Error {
  override readonly name = 'XComKeyTooLong'
  constructor({ taskId, key }: { readonly taskId: string; readonly key: string }) {
    super(
      `XCom key ${key.slice(0, 40)}… of task ${taskId} has ${key.length} characters; task id and key together have room ` +
        'for about 1,000 bytes. Use a shorter key and put the rest into the value.',
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
