/** Finds, among the names that exist, the one that a mistyped name most likely meant. */

/**
 * @returns the nearest of `known`, the first one on a tie, or null when none is near enough to be a slip of the hand: two
 *   letters, or a third of a long name, and never so many that nothing of `typed` is left. Case does not count.
 */
export function didYouMean(typed: string, known: readonly string[]): string | null {
  const most = Math.min(typed.length - 1, Math.max(2, Math.floor(typed.length / 3)))
  const scored = known.map((name) => ({ name, edits: countEdits(typed.toLowerCase(), name.toLowerCase()) }))
  const best = scored.toSorted((a, b) => a.edits - b.edits)[0]
  return best && best.edits <= most ? best.name : null
}

/** Fewest insertions, deletions and replacements from one text to the other, row by row of Levenshtein's table. */
function countEdits(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let line = 0; line < from.length; line++) {
    const row = [line + 1]
    for (let column = 0; column < to.length; column++) {
      const replaced = above[column]! + (from[line] === to[column] ? 0 : 1)
      row.push(Math.min(replaced, above[column + 1]! + 1, row[column]! + 1))
    }
    above = row
  }
  return above[to.length]!
}
