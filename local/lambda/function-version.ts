/** One version of one function, and the names by which AWS APIs call it. Versions are immutable: same version, same code. */

export interface FunctionVersion {
  readonly name: string
  /** The first 16 digits of the bundle's code hash. */
  readonly version: string
  /** Folder with an `index.mjs` that exports `handler`. */
  readonly directory: string
  /** Read when a worker starts, because endpoints are known only once all servers listen. */
  readonly environment: () => Readonly<Record<string, string>>
  /** @default 900, Lambda's maximum */
  readonly timeoutSeconds?: number
  /** Limit of the JavaScript heap; Buffers live outside of it. @default 512 */
  readonly memoryMb?: number
  /**
   * `platform` functions decide what happens next, so they never queue behind tasks that may run for minutes.
   */
  readonly pool: 'platform' | 'task'
  /** What becomes of events that fail (Lambda: `PutFunctionEventInvokeConfig`). @default two more tries, then a notice */
  readonly events?: {
    readonly maximumRetryAttempts: 0 | 1 | 2
    /** Name or ARN of the function that gets what failed. */
    readonly onFailure: string
  }
}

export interface FunctionAddress {
  readonly name: string
  /** Null: the version that was put last. */
  readonly qualifier: string | null
}

/** `name`, `name:version`, or an ARN with or without a version. */
export function parseFunctionAddress(text: string): FunctionAddress {
  const parts = text.startsWith('arn:') ? text.split(':').slice(6) : text.split(':')
  const [name = text, qualifier] = parts
  return { name, qualifier: qualifier === undefined || qualifier === '$LATEST' ? null : qualifier }
}

export function functionArn(place: { region: string; accountId: string }, name: string, version?: string): string {
  const unqualified = `arn:aws:lambda:${place.region}:${place.accountId}:function:${name}`
  return version === undefined ? unqualified : `${unqualified}:${version}`
}
