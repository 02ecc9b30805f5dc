/**
 * Transitive reduction: drops every edge that a longer path already implies. Structure is built from what is left;
 * trigger rules go on counting the upstreams as written (compiler design §4.3).
 */

/**
 * One bit row of descendants per task, filled from the last task backwards: O(edges kept · tasks / 32) word operations
 * and tasks² / 8 bytes (12.5 MB for 10,000 tasks).
 *
 * @param successors by position in topological order, ascending
 * @returns the same, without redundant edges
 */
export function reduceTransitively(successors: readonly (readonly number[])[]): number[][] {
  const words = Math.ceil(successors.length / 32)
  const descendants = new Uint32Array(successors.length * words)
  const reduced: number[][] = successors.map(() => [])
  for (let from = successors.length - 1; from >= 0; from--) {
    const row = from * words
    // Ascending, so whatever makes `to` redundant was kept before `to` is looked at.
    for (const to of successors[from]!) {
      const word = row + (to >>> 5)
      const bit = 1 << (to & 31)
      if (descendants[word]! & bit) continue
      reduced[from]!.push(to)
      descendants[word]! |= bit
      // Descendants of `to` lie behind it, so the words before its own are empty.
      for (let i = to >>> 5; i < words; i++) descendants[row + i]! |= descendants[to * words + i]!
    }
  }
  return reduced
}
