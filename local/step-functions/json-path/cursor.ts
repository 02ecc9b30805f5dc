/** Reads a text from left to right. Invariant: what does not fit throws `PathSyntaxError`, which names the place. */
export class PathSyntaxError extends Error {
  override readonly name = 'PathSyntaxError'
}

export interface Cursor {
  readonly text: string
  at: number
}

export function skipBlanks(cursor: Cursor): void {
  while (/\s/.test(cursor.text[cursor.at] ?? '')) cursor.at += 1
}

/** Moves past `sign` when it stands here. */
export function take(cursor: Cursor, sign: string): boolean {
  if (!cursor.text.startsWith(sign, cursor.at)) return false
  cursor.at += sign.length
  return true
}

export function expect(cursor: Cursor, sign: string): void {
  if (!take(cursor, sign)) throw refusal(cursor, `expected "${sign}"`)
}

/** @param pattern sticky; @returns what it matched, or null */
export function match(cursor: Cursor, pattern: RegExp): string | null {
  pattern.lastIndex = cursor.at
  const found = pattern.exec(cursor.text)
  if (!found) return null
  cursor.at += found[0].length
  return found[0]
}

/** `'…'` or `"…"`, with `\` before a sign that stands for itself; null when neither quote stands here. */
export function quoted(cursor: Cursor): string | null {
  const quote = cursor.text[cursor.at]
  if (quote !== "'" && quote !== '"') return null
  let value = ''
  for (let at = cursor.at + 1; at < cursor.text.length; at++) {
    const sign = cursor.text[at]!
    if (sign === quote) {
      cursor.at = at + 1
      return value
    }
    value += sign === '\\' ? (cursor.text[++at] ?? '') : sign
  }
  throw refusal(cursor, 'the text has no closing quote')
}

export function refusal({ text, at }: Cursor, what: string): PathSyntaxError {
  return new PathSyntaxError(`${what} at character ${at + 1} of ${JSON.stringify(text)}`)
}
