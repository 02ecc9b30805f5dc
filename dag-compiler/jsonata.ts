/**
 * Which JSONata AWS accepts in a state machine: less than the npm package does. Decided on tokens, because the parsed
 * form hides the difference: `a ?? b` and `a ?: b` become conditions. Accepts nothing that AWS refuses; used for what
 * the compiler emits and by the local engine for what anybody writes.
 */

/**
 * @param expression without `{%` and `%}`
 * @returns why AWS would refuse it, or null. Grammar errors are the parser's business, not this function's.
 */
export function awsRefusal(expression: string): string | null {
  const tokens = tokensOf(expression)
  const scopes: Scope[] = []
  let closed: Scope | undefined
  for (const [index, token] of tokens.entries()) {
    const place: Place = {
      previous: tokens[index - 1],
      beforePrevious: tokens[index - 2],
      next: tokens[index + 1],
      hasItem: scopes.at(-1)?.hasItem ?? false,
      isAfterParameters: closed?.isParameters ?? false,
    }
    const refusal = refusalOf(token, place)
    if (refusal) return refusal
    const opened = scopeOf(token, place)
    if (opened) scopes.push(opened)
    closed = token.text === scopes.at(-1)?.closes && token.kind === 'operator' ? scopes.pop() : undefined
  }
  return null
}

/** What surrounds a token. */
interface Place {
  readonly previous: Token | undefined
  readonly beforePrevious: Token | undefined
  readonly next: Token | undefined
  readonly hasItem: boolean
  /** The token before closed the parameters of a function: a `{` begins its body. */
  readonly isAfterParameters: boolean
}

type Kind = 'operator' | 'name' | 'variable' | 'value'
interface Token {
  readonly kind: Kind
  readonly text: string
}

/** Inside a predicate or behind a `.` there is an item that bare names and `$` speak of; elsewhere AWS has none. */
interface Scope {
  readonly closes: string
  readonly hasItem: boolean
  readonly isParameters: boolean
}

/** Longest first. A quoted name counts as a name, a regular expression as a value; comments and blanks match nothing. */
const patterns: readonly (readonly [Kind | null, RegExp])[] = [
  [null, /\s+|\/\*[\s\S]*?\*\//y],
  ['value', /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/y],
  ['name', /`[^`]*`/y],
  ['value', /\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y],
  ['variable', /\$[\p{L}\p{N}_]*|\$\$/uy],
  ['operator', /\?\?|\?:|\.\.|:=|!=|>=|<=|\*\*|~>|[.[\]{}(),@#;:?+\-*/%|=<>^&!~]/y],
  ['name', /[^\s"'`.[\]{}(),@#;:?+\-*/%|=<>^&!~$]+/y],
]
const regularExpression = /\/(?:[^/\\]|\\.)+\/[a-z]*/y

/** Keywords and constants look like names. `and`, `or` and `in` are operators only between two values. */
const constants = new Set(['true', 'false', 'null', 'function', 'λ'])
const wordOperators = new Set(['and', 'or', 'in'])

function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < text.length; ) {
    const { kind, length } = matchAt(text, at, endsValue(tokens.at(-1)))
    if (kind) tokens.push(tokenOf(kind, text.slice(at, at + length), tokens.at(-1)))
    at += length
  }
  return tokens
}

function matchAt(text: string, at: number, isAfterValue: boolean): { kind: Kind | null; length: number } {
  if (text.startsWith('$$', at)) return { kind: 'variable', length: 2 }
  if (text[at] === '/' && text[at + 1] !== '*' && !isAfterValue) {
    const length = lengthAt(regularExpression, text, at)
    if (length > 0) return { kind: 'value', length }
  }
  for (const [kind, pattern] of patterns) {
    const length = lengthAt(pattern, text, at)
    if (length > 0) return { kind, length }
  }
  return { kind: null, length: 1 }
}

/** @param pattern sticky: it begins where it is told to, and is told so before every use */
function lengthAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0].length ?? 0
}

function tokenOf(kind: Kind, text: string, previous: Token | undefined): Token {
  if (kind !== 'name') return { kind, text }
  if (wordOperators.has(text) && endsValue(previous)) return { kind: 'operator', text }
  return { kind: constants.has(text) ? 'value' : 'name', text }
}

/** Whether an operand has just ended, so that `[`, `(`, `{` and `/` continue it. */
const endsValue = (token: Token | undefined): boolean =>
  token !== undefined && (token.kind !== 'operator' || [')', ']', '}'].includes(token.text))

function refusalOf(token: Token, { previous, next, hasItem }: Place): string | null {
  const isStep = previous?.text === '.'
  if (token.kind === 'operator') return operatorRefusal(token.text, hasItem || isStep || endsValue(previous))
  if (token.kind === 'variable') return variableRefusal(token.text, hasItem || isStep)
  if (token.kind !== 'name' || hasItem || isStep) return null
  if (next?.text === '(') return `${token.text}(…) is not a function; functions begin with $`
  return `the name ${token.text} refers to nothing; data is under $states, as in $states.input.${token.text}`
}

/** @param isPlaced between two values, or a step of a path; `*`, `**` and `%` need an item to begin at */
function operatorRefusal(text: string, isPlaced: boolean): string | null {
  if (text === '??') return 'the operator ?? is not in the JSONata of Step Functions; write $exists(a) ? a : b'
  if (text === '?:') return 'the operator ?: is not in the JSONata of Step Functions; write a ? a : b'
  if (!isPlaced && ['*', '**', '%'].includes(text)) return `the path ${text} refers to nothing; data is under $states`
  return null
}

function variableRefusal(name: string, hasItem: boolean): string | null {
  if (name === '$$') return '$$ refers to nothing in Step Functions; data is under $states'
  if (name === '$eval') return '$eval is not in the JSONata of Step Functions; to read JSON text use $parse'
  if (name === '$' && !hasItem) return '$ refers to nothing outside a predicate; data is under $states'
  return null
}

function scopeOf(token: Token, place: Place): Scope | null {
  if (token.kind !== 'operator') return null
  const { previous, beforePrevious } = place
  const isParameters = token.text === '(' && (previous?.text === 'function' || previous?.text === 'λ')
  const isStep = previous?.text === '.' || previous?.text === '^'
  const isCallInStep = endsValue(previous) && beforePrevious?.text === '.'
  const continues = endsValue(previous) && !place.isAfterParameters
  switch (token.text) {
    case '(':
      return { closes: ')', isParameters, hasItem: place.hasItem || isStep || isCallInStep }
    case '[':
      return { closes: ']', isParameters, hasItem: place.hasItem || isStep || continues }
    case '{':
      return { closes: '}', isParameters, hasItem: place.hasItem || isStep || continues }
    default:
      return null
  }
}
