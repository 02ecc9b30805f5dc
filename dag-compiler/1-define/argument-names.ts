/**
 * Source of a handler → the names its first parameter destructures, in order: `async ({ rows, region = 'eu' }) => …` gives
 * rows, region. Null when the parameter is written any other way. Bundlers keep property names, so this also holds for
 * bundled code.
 */
export function argumentNames(handler: (...args: never[]) => unknown): readonly string[] | null {
  const source = stripComments(Function.prototype.toString.call(handler))
  const opening = /^(?:async\b\s*)?(?:function\b\s*\*?\s*)?[\w$]*\s*\(\s*\{/.exec(source)
  if (!opening) return null
  const names: string[] = []
  for (const part of splitPattern(source.slice(opening[0].length))) {
    const name = /^\s*(?:([\p{ID_Start}$_][\p{ID_Continue}$]*)|'([^']*)'|"([^"]*)")\s*(?:[:=]|$)/u.exec(part)
    const found = name?.[1] ?? name?.[2] ?? name?.[3]
    if (found === undefined) return null
    names.push(found)
  }
  return names
}

/** Parts of a destructuring pattern between its top-level commas; `text` starts behind the opening brace. */
function splitPattern(text: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? ''
    if (quotes.has(char)) at = endOfString(text, at)
    else if ('([{'.includes(char)) depth++
    else if (char === '}' && depth === 0) return [...parts, text.slice(start, at)].filter((part) => part.trim() !== '')
    else if (')]}'.includes(char)) depth--
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  return []
}

const quotes = new Set(['"', "'", '`'])

/** Position of the quote that ends the string beginning at `from`. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === text[from]) return at
  }
  return text.length
}

/** Replaces comments by spaces and leaves strings alone. */
function stripComments(source: string): string {
  return source.replace(
    /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (match) => (match.startsWith('/') ? ' ' : match),
  )
}
