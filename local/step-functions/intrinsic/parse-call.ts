/** Reads an intrinsic function call, `States.Format('…', $.a)`. Source: States Language, "Intrinsic Functions". */
import { type Cursor, expect, match, refusal, skipBlanks, take } from '../json-path/cursor.ts'
import { readPathAt } from '../json-path/parse-path.ts'
import type { Path } from '../json-path/path.ts'

export interface Call {
  readonly name: string
  readonly args: readonly Argument[]
  /** The call as written, for causes. */
  readonly text: string
}

export type Argument =
  | { readonly kind: 'value'; readonly value: unknown }
  /** As written between its quotes: `\{` differs from `{` in a format. */
  | { readonly kind: 'text'; readonly raw: string }
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'call'; readonly call: Call }

/** AWS's limit on calls within calls. */
const mostNested = 10

export const isCall = (text: string) => text.startsWith('States.')

/** Throws `PathSyntaxError`. */
export function parseCall(text: string): Call {
  const cursor = { text, at: 0, depth: 0 }
  const call = callAt(cursor, 1)
  if (cursor.at < text.length) throw refusal(cursor, 'nothing may follow the function')
  return call
}

/** Calls from the outermost in. */
export function callsOf(call: Call): Call[] {
  return [call, ...call.args.flatMap((arg) => (arg.kind === 'call' ? callsOf(arg.call) : []))]
}

function callAt(cursor: Cursor, depth: number): Call {
  const start = cursor.at
  if (depth > mostNested) throw refusal(cursor, `more than ${mostNested} functions within each other`)
  const name = match(cursor, /States\.[A-Za-z0-9]+/y)
  if (name === null) throw refusal(cursor, 'expected an intrinsic function')
  expect(cursor, '(')
  const args: Argument[] = []
  for (skipBlanks(cursor); !take(cursor, ')'); skipBlanks(cursor)) {
    if (args.length > 0) expect(cursor, ',')
    args.push(argumentAt(cursor, depth))
  }
  return { name, args, text: cursor.text.slice(start, cursor.at) }
}

const words: Readonly<Record<string, unknown>> = { true: true, false: false, null: null }

function argumentAt(cursor: Cursor, depth: number): Argument {
  skipBlanks(cursor)
  const sign = cursor.text[cursor.at]
  if (sign === '$') return { kind: 'path', path: readPathAt(cursor) }
  if (sign === "'") return { kind: 'text', raw: textAt(cursor) }
  if (sign === 'S') return { kind: 'call', call: callAt(cursor, depth + 1) }
  const word = match(cursor, /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[a-z]+/y)
  if (word !== null && /\d$/.test(word)) return { kind: 'value', value: Number(word) }
  if (word !== null && Object.hasOwn(words, word)) return { kind: 'value', value: words[word] }
  throw refusal(cursor, 'an argument is a path, a function, a text in single quotes, a number, true, false or null')
}

function textAt(cursor: Cursor): string {
  const text = match(cursor, /'(?:\\.|[^\\'])*'/sy)
  if (text === null) throw refusal(cursor, 'the text has no closing quote')
  return text.slice(1, -1)
}
