/** Pieces of JSONata, in the dialect that AWS accepts (`../../jsonata.ts`). */

/** A text as a JSONata literal. `${` is parted, because a deployment would fill in what looks like one of its placeholders. */
export function quotedText(text: string): string {
  const parts = text.split(/(?<=\$)(?=\{)|(?<=\{)(?=%)|(?<=%)(?=\})/).map(quoted)
  return parts.length === 1 ? parts[0]! : `(${parts.join('&')})`
}

/** JSONata knows JSON's escapes only, which have none for a single quote; line ends inside a literal need none either. */
const quoted = (text: string): string => `'${text.replace(/\\/g, '\\\\').replace(/'/g, '\\u0027')}'`

/** A value that must be there: without it the state fails and says what is missing. */
export const required = (value: string, missing: string): string =>
  `($v:=${value};$exists($v)?$v:$error(${quotedText(missing)}))`
