/** Reads the filter of a JSONPath, the part between `[?(` and `)]`. Precedence: `!`, then `&&`, then `||`. */
import { type Cursor, expect, match, nested, quoted, refusal, skipBlanks, take } from './cursor.ts'
import { type Filter, type Operand, type Operator, operators, type Path } from './path.ts'

/** Reads the path that begins at the cursor; the two parsers need each other. */
type PathAt = (cursor: Cursor) => Path

export function parseFilter(cursor: Cursor, pathAt: PathAt): Filter {
  const conjunction = () => joined(cursor, '&&', 'and', () => negatableAt(cursor, pathAt))
  return joined(cursor, '||', 'or', conjunction)
}

function joined(cursor: Cursor, sign: string, kind: 'and' | 'or', one: () => Filter): Filter {
  const tests = [one()]
  for (skipBlanks(cursor); take(cursor, sign); skipBlanks(cursor)) tests.push(one())
  return tests.length === 1 ? tests[0]! : { kind, tests }
}

function negatableAt(cursor: Cursor, pathAt: PathAt): Filter {
  skipBlanks(cursor)
  if (take(cursor, '!')) return { kind: 'not', test: nested(cursor, () => negatableAt(cursor, pathAt)) }
  if (!take(cursor, '(')) return comparisonAt(cursor, pathAt)
  const test = nested(cursor, () => parseFilter(cursor, pathAt))
  skipBlanks(cursor)
  expect(cursor, ')')
  return test
}

function comparisonAt(cursor: Cursor, pathAt: PathAt): Filter {
  const left = operandAt(cursor, pathAt)
  skipBlanks(cursor)
  const operator = operatorAt(cursor)
  if (operator === undefined) {
    if (left.kind === 'path') return { kind: 'exists', path: left.path }
    throw refusal(cursor, 'expected an operator')
  }
  skipBlanks(cursor)
  return { kind: 'compare', operator, left, right: operandAt(cursor, pathAt) }
}

function operatorAt(cursor: Cursor): Operator | undefined {
  const word = /[a-z]+/iy
  word.lastIndex = cursor.at
  const found = word.exec(cursor.text)?.[0].toLowerCase()
  const operator = operators.find((one) =>
    /^[a-z]/.test(one) ? one === found : cursor.text.startsWith(one, cursor.at),
  )
  cursor.at += operator?.length ?? 0
  return operator
}

function operandAt(cursor: Cursor, pathAt: PathAt): Operand {
  skipBlanks(cursor)
  const sign = cursor.text[cursor.at]
  if (sign === '@' || sign === '$') return { kind: 'path', path: pathAt(cursor) }
  if (sign === '/') return patternAt(cursor)
  return { kind: 'value', value: literalAt(cursor) }
}

function patternAt(cursor: Cursor): Operand {
  const text = match(cursor, /\/(?:\\.|[^\\/])*\/[imsu]*/y)
  if (text === null) throw refusal(cursor, 'the pattern has no end')
  const end = text.lastIndexOf('/')
  try {
    return { kind: 'pattern', pattern: new RegExp(text.slice(1, end), text.slice(end + 1)) }
  } catch {
    throw refusal(cursor, 'the pattern is not a regular expression, before the end')
  }
}

const words: Readonly<Record<string, unknown>> = { true: true, false: false, null: null }

function literalAt(cursor: Cursor): unknown {
  const text = quoted(cursor)
  if (text !== null) return text
  if (take(cursor, '[')) return listAt(cursor)
  const word = match(cursor, /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[a-z]+/y)
  if (word !== null && /\d$/.test(word)) return Number(word)
  if (word !== null && Object.hasOwn(words, word)) return words[word]
  throw refusal(cursor, 'expected a path or a value')
}

function listAt(cursor: Cursor): unknown[] {
  const values: unknown[] = []
  for (skipBlanks(cursor); !take(cursor, ']'); skipBlanks(cursor)) {
    if (values.length > 0) expect(cursor, ',')
    skipBlanks(cursor)
    values.push(literalAt(cursor))
  }
  return values
}
