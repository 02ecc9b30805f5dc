/**
 * DynamoDB's condition and update expressions, as far as the run store and state machines use them: comparisons joined by
 * AND or OR, existence, SET with values and `if_not_exists`, REMOVE. Invariant: what it does not know it refuses.
 */
export type Attributes = Readonly<Record<string, unknown>>

export interface Named {
  readonly names: Readonly<Record<string, string>>
  readonly values: Attributes
}

/** @param item null: there is no such item */
export function holds(condition: string, item: Attributes | null, named: Named): boolean {
  const alternatives = parts(condition, ' OR ')
  if (alternatives.length > 1) return alternatives.some((part) => holds(part, item, named))
  const all = parts(condition, ' AND ')
  if (all.length > 1) return all.every((part) => holds(part, item, named))
  return holdsAlone(bare(condition), item, named)
}

function holdsAlone(text: string, item: Attributes | null, named: Named): boolean {
  const exists = /^attribute_(not_)?exists\s*\(\s*([#\w]+)\s*\)$/.exec(text)
  if (exists) return (operand(exists[2]!, item, named) === undefined) === (exists[1] !== undefined)
  const compared = /^([#:\w]+)\s*(=|<>|<=|>=|<|>)\s*([#:\w]+)$/.exec(text)
  if (!compared) throw new Error(`The virtual table does not know the condition "${text}". Please report this bug.`)
  return compare(operand(compared[1]!, item, named), compared[2]!, operand(compared[3]!, item, named))
}

function compare(left: unknown, operator: string, right: unknown): boolean {
  if (operator === '=') return left !== undefined && left === right
  if (operator === '<>') return left !== right
  if (typeof left !== typeof right || (typeof left !== 'string' && typeof left !== 'number')) return false
  const order = left < (right as typeof left) ? -1 : left === right ? 0 : 1 // of one type, by the line above
  return operator.includes('=') && order === 0 ? true : operator.startsWith('<') ? order < 0 : order > 0
}

/** The item after the update. */
export function updated(update: string, item: Attributes, named: Named): Attributes {
  const next: Record<string, unknown> = { ...item }
  for (const [, verb, body] of update.matchAll(/(SET|REMOVE)\s+(.*?)(?=\s+(?:SET|REMOVE)\s|$)/gs)) {
    for (const clause of parts(body!, ',')) {
      if (verb === 'REMOVE') delete next[nameOf(bare(clause), named)]
      else assign(next, bare(clause), item, named)
    }
  }
  return next
}

function assign(next: Record<string, unknown>, clause: string, item: Attributes, named: Named): void {
  const [, name, text] = /^([#\w]+)\s*=\s*(.+)$/s.exec(clause) ?? []
  if (name === undefined || text === undefined)
    throw new Error(`The virtual table does not know the update "${clause}". Please report this bug.`)
  const fallback = /^if_not_exists\s*\(\s*([#\w]+)\s*,\s*([:\w]+)\s*\)$/.exec(text)
  next[nameOf(name, named)] = fallback
    ? (operand(fallback[1]!, item, named) ?? operand(fallback[2]!, item, named))
    : operand(text, item, named)
}

const nameOf = (word: string, { names }: Named): string => (word.startsWith('#') ? (names[word] ?? word) : word)

function operand(word: string, item: Attributes | null, named: Named): unknown {
  if (word.startsWith(':')) return named.values[word]
  return item?.[nameOf(word, named)]
}

/** Splits outside parentheses. */
function parts(text: string, separator: string): string[] {
  const found: string[] = []
  let [depth, start] = [0, 0]
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth += 1
    if (text[at] === ')') depth -= 1
    if (depth > 0 || !text.startsWith(separator, at)) continue
    found.push(text.slice(start, at))
    start = at + separator.length
  }
  return [...found, text.slice(start)]
}

/** Without the parentheses around the whole. */
function bare(text: string): string {
  const trimmed = text.trim()
  return trimmed.startsWith('(') && trimmed.endsWith(')') ? trimmed.slice(1, -1).trim() : trimmed
}
