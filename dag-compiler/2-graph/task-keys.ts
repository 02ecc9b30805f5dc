/**
 * Task ids → keys for state data and state names. An id of at most 60 characters is its own key; a longer one keeps its
 * beginning and gets a hash, so that a prefix such as `arrive:` still fits into the 80 characters of a state name.
 */

/** Step Functions: a state name has at most 80 characters. 20 stay free for prefixes. */
const longestKey = 60
const hashLength = 12

/** @param sha256 hex digest of a text. */
export function buildTaskKeys(
  taskIds: readonly string[],
  sha256: (text: string) => string,
): ReadonlyMap<string, string> {
  return new Map(taskIds.map((taskId) => [taskId, taskId.length <= longestKey ? taskId : shorten(taskId, sha256)]))
}

function shorten(taskId: string, sha256: (text: string) => string): string {
  // A cut may not leave half of a letter that takes two UTF-16 units.
  const beginning = taskId.slice(0, longestKey - hashLength - 1).replace(/[\uD800-\uDBFF]$/, '')
  return `${beginning}-${sha256(taskId).slice(0, hashLength)}`
}
