/**
 * Names of the platform's resources and of what each DAG adds, derived from one word, so that a DAG stack deploys and
 * rolls back without importing anything from the platform stack. Same names in both worlds.
 */
export interface PlatformNames {
  readonly table: string
  readonly launcher: string
  readonly finalizer: string
  readonly reconciler: string
  readonly registrar: string
  readonly api: string
  /** The bucket's name is unique in AWS only with account and Region behind it. */
  readonly bucketPrefix: string
  stateMachine(dagId: string): string
  taskFunction(dagId: string): string
}

/** State machine and function names admit `[A-Za-z0-9_-]`; the longest, a function's, has 64 characters (Lambda quota). */
const longestName = 64

/**
 * @param platform lower-case letters, digits and `-`; at most 20 characters. One word per installation.
 * @param sha256 hex digest; shortens ids that are too long or have characters that AWS names lack.
 */
export function platformNames(platform: string, sha256: (text: string) => string): PlatformNames {
  const named = (part: string, dagId: string) => {
    const plain = dagId.replace(/[^A-Za-z0-9_-]/g, '_')
    const full = `${platform}-${part}-${plain}`
    if (plain === dagId && full.length <= longestName) return full
    return `${full.slice(0, longestName - 9)}-${sha256(dagId).slice(0, 8)}`
  }
  return {
    table: `${platform}-runs`,
    launcher: `${platform}-launcher`,
    finalizer: `${platform}-finalizer`,
    reconciler: `${platform}-reconciler`,
    registrar: `${platform}-registrar`,
    api: `${platform}-api`,
    bucketPrefix: `${platform}-objects`,
    stateMachine: (dagId) => named('dag', dagId),
    taskFunction: (dagId) => named('task', dagId),
  }
}
