/** A Choice rule of a JSONPath state: is it true? Source: States Language, "Choice State". */
import { StateFailure } from '../execution/evaluate.ts'

type Rule = Readonly<Record<string, unknown>>

/** Undefined when a path leads nowhere. */
export type ReadPath = (path: string) => unknown

/** Throws `StateFailure` when a path leads nowhere and the operator is not `IsPresent`. */
export function ruleHolds(rule: Rule, read: ReadPath): boolean {
  if (Array.isArray(rule.And)) return rule.And.every((one) => ruleHolds(one, read))
  if (Array.isArray(rule.Or)) return rule.Or.some((one) => ruleHolds(one, read))
  if (rule.Not !== undefined) return !ruleHolds(rule.Not as Rule, read) // checked
  const operator = operatorOf(rule)!
  const value = read(String(rule.Variable))
  if (operator === 'IsPresent') return (value !== undefined) === rule.IsPresent
  if (value === undefined) throw leadsNowhere(String(rule.Variable))
  const test = types[operator]
  if (test) return test(value) === rule[operator]
  return compares(operator, value, operandOf(rule, operator, read))
}

/** The one member that is an operator; undefined when there is none or more than one. */
export function operatorOf(rule: Rule): string | undefined {
  const operators = Object.keys(rule).filter((name) => isOperator(name))
  return operators.length === 1 ? operators[0] : undefined
}

const comparison = /^(String|Numeric|Timestamp)(Equals|LessThan|GreaterThan|LessThanEquals|GreaterThanEquals)(Path)?$/

export const isOperator = (name: string): boolean =>
  comparison.test(name) ||
  ['BooleanEquals', 'BooleanEqualsPath', 'StringMatches', 'IsPresent'].includes(name) ||
  Object.hasOwn(types, name)

const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  IsNull: (value) => value === null,
  IsBoolean: (value) => typeof value === 'boolean',
  IsNumeric: (value) => typeof value === 'number',
  IsString: (value) => typeof value === 'string',
  IsTimestamp: (value) => instantOf(value) !== null,
}

function operandOf(rule: Rule, operator: string, read: ReadPath): unknown {
  if (!operator.endsWith('Path')) return rule[operator]
  const operand = read(String(rule[operator]))
  if (operand === undefined) throw leadsNowhere(String(rule[operator]))
  return operand
}

/** Values of another type than the operator's make it false. */
function compares(operator: string, value: unknown, operand: unknown): boolean {
  if (operator.startsWith('BooleanEquals')) return typeof value === 'boolean' && value === operand
  if (operator === 'StringMatches') return typeof value === 'string' && patternOf(String(operand)).test(value)
  const [, kind, relation] = comparison.exec(operator)! // isOperator knows no other
  const [left, right] = [keyOf(kind!, value), keyOf(kind!, operand)]
  if (left === null || right === null) return false
  const order = left < right ? -1 : left > right ? 1 : 0
  return relations[relation!]!(order)
}

const relations: Readonly<Record<string, (order: number) => boolean>> = {
  Equals: (order) => order === 0,
  LessThan: (order) => order < 0,
  GreaterThan: (order) => order > 0,
  LessThanEquals: (order) => order <= 0,
  GreaterThanEquals: (order) => order >= 0,
}

function keyOf(kind: string, value: unknown): string | number | null {
  if (kind === 'Timestamp') return instantOf(value)
  if (kind === 'Numeric') return typeof value === 'number' ? value : null
  return typeof value === 'string' ? value : null
}

/** RFC 3339 with an upper-case T and Z, as the States Language asks. */
function instantOf(value: unknown): number | null {
  const isTimestamp =
    typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(value)
  const atMs = isTimestamp ? Date.parse(value) : Number.NaN
  return Number.isNaN(atMs) ? null : atMs
}

/** `*` stands for any characters, `\*` for a star and `\\` for a backslash. */
function patternOf(text: string): RegExp {
  const parts = text.match(/\\[\\*]|\*|[^\\*]+|\\/gs) ?? []
  const source = parts.map((part) => {
    if (part === '*') return '.*'
    const literal = part.length === 2 && part.startsWith('\\') ? part[1]! : part
    return literal.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${source.join('')}$`, 's')
}

function leadsNowhere(path: string): StateFailure {
  const cause = `Invalid path '${path}': The choice state's condition path references an invalid value.`
  return new StateFailure('States.Runtime', cause, null)
}
