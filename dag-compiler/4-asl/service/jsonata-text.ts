/** Pieces of JSONata, in the dialect that AWS accepts (`../../jsonata.ts`). */

/** A text as a JSONata literal. `${` is parted, because a deployment would fill in what looks like one of its placeholders. */
export function quotedText(text: string): string {
  const parts = text.split(/(?<=\$)(?=\{)|(?<=\{)(?=%)|(?<=%)(?=\})/).map(quoted)
  return parts.length === 1 ? parts[0]! : `(${parts.join('&')})`
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "\\'", '\n': '\\n', '\r': '\\r', '\t': '\\t' }

const quoted = (text: string): string =>
  // The letters that the pattern finds are those of the table.
  `'${text.replace(/[\\'\n\r\t]/g, (letter) => escapes[letter]!)}'`

/** A value that must be there: without it the state fails and says what is missing. */
export const required = (value: string, missing: string): string =>
  `($v:=${value};$exists($v)?$v:$error(${quotedText(missing)}))`
