/** The known name that a mistyped one probably meant, or null when none is close enough to be worth a guess. */
export function didYouMean(given: string, known: readonly string[]): string | null {
  const scored = known.map((name) => ({ name, edits: countEdits(given.toLowerCase(), name.toLowerCase()) }))
  const best = scored.toSorted((a, b) => a.edits - b.edits)[0]
  return best && best.edits <= Math.max(1, Math.floor(given.length / 3)) ? best.name : null
}

/** Fewest insertions, deletions and replacements from one text to the other, row by row of Levenshtein's table. */
function countEdits(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (const [row, char] of [...from].entries()) {
    const current = [row + 1]
    for (let column = 0; column < to.length; column++) {
      const replaced = (above[column] ?? 0) + (to[column] === char ? 0 : 1)
      current.push(Math.min(replaced, (above[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1))
    }
    above = current
  }
  return above[to.length] ?? 0
}
