/** The known name that a mistyped one probably meant, or null when none is close. */
export function didYouMean(given: string, known: readonly string[]): string | null {
  const scored = known.map((name) => ({ name, edits: edits(given.toLowerCase(), name.toLowerCase()) }))
  const [best] = scored.sort((a, b) => a.edits - b.edits)
  if (!best || best.edits > Math.max(1, Math.floor(given.length / 3))) return null
  return best.name
}

/** Levenshtein distance: insertions, deletions and replacements between two texts. */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
