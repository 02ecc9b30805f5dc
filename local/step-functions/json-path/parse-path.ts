/** Reads the text of a JSONPath. Source: AWS, "Using JSONPath paths"; what it leaves open is as in Jayway JsonPath, which AWS runs. */
import { type Cursor, expect, match, nested, quoted, refusal, skipBlanks, take } from './cursor.ts'
import { parseFilter } from './parse-filter.ts'
import { type FunctionName, functionNames, type Path, type Step } from './path.ts'

/** Throws `PathSyntaxError`. */
export function parsePath(text: string): Path {
  const cursor = { text, at: 0, depth: 0 }
  const path = readPathAt(cursor)
  if (cursor.at < text.length) throw refusal(cursor, 'nothing may follow the path')
  return path
}

/** A reference path names one place: no filter, slice, wildcard, function or list of names. Source: States Language, "Reference Paths". */
export function isReference({ steps }: Path): boolean {
  return steps.every(
    (step) =>
      (step.kind === 'names' && step.names.length === 1) || (step.kind === 'indexes' && step.indexes.length === 1),
  )
}

/** The path that begins here; it ends where no step follows. */
export function readPathAt(cursor: Cursor): Path {
  const start = cursor.at
  const root = rootAt(cursor)
  const steps: Step[] = []
  for (let more = stepsAt(cursor); more.length > 0; more = stepsAt(cursor)) steps.push(...more)
  return { text: cursor.text.slice(start, cursor.at), root, steps, definite: steps.every(isDefinite) }
}

function isDefinite(step: Step): boolean {
  if (step.kind === 'indexes') return step.indexes.length === 1
  return step.kind === 'names' || step.kind === 'function'
}

function rootAt(cursor: Cursor): Path['root'] {
  if (take(cursor, '@')) return { kind: 'here' }
  if (take(cursor, '$$')) return { kind: 'context' }
  if (!take(cursor, '$')) throw refusal(cursor, 'a path begins with $')
  const name = match(cursor, /[\p{L}_][\p{L}\p{N}_]*/uy)
  return name === null ? { kind: 'input' } : { kind: 'variable', name }
}

function stepsAt(cursor: Cursor): Step[] {
  if (take(cursor, '..')) {
    const next = cursor.text[cursor.at] === '[' ? bracketAt(cursor) : dottedAt(cursor)
    return [{ kind: 'descend' }, next]
  }
  if (take(cursor, '.')) return [dottedAt(cursor)]
  return cursor.text[cursor.at] === '[' ? [bracketAt(cursor)] : []
}

const plainName = /(?:\\.|[^\s.[\](),'"?*&|=<>!\\])+/y

function dottedAt(cursor: Cursor): Step {
  if (take(cursor, '*')) return { kind: 'all' }
  if (cursor.text[cursor.at] === '[') return bracketAt(cursor)
  const name = match(cursor, plainName)
  if (name === null) throw refusal(cursor, 'a name must follow the dot')
  const isCall = (functionNames as readonly string[]).includes(name) && take(cursor, '()')
  if (isCall) return { kind: 'function', name: name as FunctionName } // one of them, by the line above
  return { kind: 'names', names: [name.replaceAll(/\\(.)/g, '$1')] }
}

function bracketAt(cursor: Cursor): Step {
  expect(cursor, '[')
  skipBlanks(cursor)
  const step = insideBrackets(cursor)
  skipBlanks(cursor)
  expect(cursor, ']')
  return step
}

function insideBrackets(cursor: Cursor): Step {
  if (take(cursor, '*')) return { kind: 'all' }
  if (take(cursor, '?')) return { kind: 'filter', test: filterAt(cursor) }
  const name = quoted(cursor)
  if (name !== null) return { kind: 'names', names: [name, ...moreOf(cursor, nameAt)] }
  const from = numberAt(cursor)
  skipBlanks(cursor)
  if (take(cursor, ':')) {
    skipBlanks(cursor)
    return { kind: 'slice', from, to: numberAt(cursor) }
  }
  if (from === null) throw refusal(cursor, 'brackets hold a name in quotes, a number, a slice, * or a filter')
  return { kind: 'indexes', indexes: [from, ...moreOf(cursor, indexAt)] }
}

function filterAt(cursor: Cursor) {
  skipBlanks(cursor)
  expect(cursor, '(')
  const test = nested(cursor, () => parseFilter(cursor, readPathAt))
  skipBlanks(cursor)
  expect(cursor, ')')
  return test
}

function moreOf<Value>(cursor: Cursor, one: (cursor: Cursor) => Value): Value[] {
  const values: Value[] = []
  for (skipBlanks(cursor); take(cursor, ','); skipBlanks(cursor)) {
    skipBlanks(cursor)
    values.push(one(cursor))
  }
  return values
}

function nameAt(cursor: Cursor): string {
  const name = quoted(cursor)
  if (name === null) throw refusal(cursor, 'expected a name in quotes')
  return name
}

function indexAt(cursor: Cursor): number {
  const index = numberAt(cursor)
  if (index === null) throw refusal(cursor, 'expected a number')
  return index
}

function numberAt(cursor: Cursor): number | null {
  const digits = match(cursor, /-?\d+/y)
  return digits === null ? null : Number(digits)
}
