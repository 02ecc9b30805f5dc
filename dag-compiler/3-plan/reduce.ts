/**
 * Transitive reduction: drops every edge that a longer path already implies. Structure is built from what is left;
 * trigger rules go on counting the upstreams as written (compiler design §4.3).
 */

/** Rows for all tasks at once take tasks² / 8 bytes: 12.5 MB for 10,000 tasks, but 312 MB for 50,000. */
const largestRowsBytes = 32 * 1024 * 1024

/**
 * One bit row of descendants per task, filled from the last task backwards: O(edges kept · tasks / 32) word operations. The
 * rows are kept for one band of descendants at a time, as many as fit into a fixed memory.
 *
 * @param successors by position in topological order, ascending
 * @param bandWidth descendants per band, a multiple of 32
 * @returns the same, without redundant edges
 */
export function reduceTransitively(
  successors: readonly (readonly number[])[],
  bandWidth: number = widthFor(successors.length),
): number[][] {
  const reduced: number[][] = successors.map(() => [])
  for (let start = 0; start < successors.length; start += bandWidth) {
    reduceBand(successors, reduced, start, Math.min(start + bandWidth, successors.length))
  }
  return reduced
}

const widthFor = (tasks: number): number => Math.max(32, Math.floor((largestRowsBytes * 8) / tasks / 32) * 32)

/** Decides the edges that end in [start, end). Edges that end before it are decided; what ends behind it leads nowhere here. */
function reduceBand(
  successors: readonly (readonly number[])[],
  reduced: readonly number[][],
  start: number,
  end: number,
): void {
  const words = Math.ceil((end - start) / 32)
  const descendants = new Uint32Array(end * words)
  const addRow = (row: number, of: number, firstWord: number) => {
    for (let i = firstWord; i < words; i++) descendants[row + i]! |= descendants[of * words + i]!
  }
  for (let from = end - 1; from >= 0; from--) {
    const row = from * words
    for (const to of reduced[from]!) addRow(row, to, 0)
    // Ascending, so whatever makes `to` redundant was kept before `to` is looked at.
    for (const to of successors[from]!) {
      if (to < start) continue
      if (to >= end) break
      const firstWord = (to - start) >>> 5
      const bit = 1 << (to & 31)
      if (descendants[row + firstWord]! & bit) continue
      reduced[from]!.push(to)
      descendants[row + firstWord]! |= bit
      // Descendants of `to` lie behind it, so the words before its own are empty.
      addRow(row, to, firstWord)
    }
  }
}
