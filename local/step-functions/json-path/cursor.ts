/** Reads a text from left to right. Invariant: what does not fit throws `PathSyntaxError`, which names the place. */
export class PathSyntaxError extends Error {
  override readonly name = 'PathSyntaxError'
}

export interface Cursor {
  readonly text: string
  at: number
  /** Brackets and negations around this place. */
  depth: number
}

/** Deeper than anybody writes, and far from the end of the stack. */
const mostDepth = 100

export function skipBlanks(cursor: Cursor): void {
  while (/\s/.test(cursor.text[cursor.at] ?? '')) cursor.at += 1
}

/** Reads what is nested in something else of its kind. */
export function nested<Value>(cursor: Cursor, read: () => Value): Value {
  if (++cursor.depth > mostDepth) throw refusal(cursor, 'too much is nested')
  const value = read()
  cursor.depth -= 1
  return value
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

export function refusal({ text, at }: Pick<Cursor, 'text' | 'at'>, what: string): PathSyntaxError {
  return new PathSyntaxError(`${what} at character ${at + 1} of ${JSON.stringify(text)}`)
}
