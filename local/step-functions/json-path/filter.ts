/** Whether a value passes a filter. Source: Jayway JsonPath, "Filter Operators"; values of different types are unequal and unordered. */
import { isDeepStrictEqual } from 'node:util'
import type { Filter, Operand, Operator, Path } from './path.ts'

/** Undefined when the path leads nowhere. */
type Follow = (path: Path) => unknown

export function passes(filter: Filter, follow: Follow): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.tests.every((test) => passes(test, follow))
    case 'or':
      return filter.tests.some((test) => passes(test, follow))
    case 'not':
      return !passes(filter.test, follow)
    case 'exists':
      return follow(filter.path) !== undefined
    case 'compare':
      return compare(filter.operator, operandValue(filter.left, follow), operandValue(filter.right, follow))
  }
}

function operandValue(operand: Operand, follow: Follow): unknown {
  if (operand.kind === 'path') return follow(operand.path)
  return operand.kind === 'pattern' ? operand.pattern : operand.value
}

function compare(operator: Operator, left: unknown, right: unknown): boolean {
  switch (operator) {
    case '==':
      return isDeepStrictEqual(left, right)
    case '!=':
      return !isDeepStrictEqual(left, right)
    case '<':
      return ordered(left, right, (order) => order < 0)
    case '<=':
      return ordered(left, right, (order) => order <= 0)
    case '>':
      return ordered(left, right, (order) => order > 0)
    case '>=':
      return ordered(left, right, (order) => order >= 0)
    case '=~':
      return typeof left === 'string' && right instanceof RegExp && matchesWhole(right, left)
    case 'in':
      return includes(right, left)
    case 'nin':
      return !includes(right, left)
    case 'subsetof':
      return Array.isArray(left) && left.every((item) => includes(right, item))
    case 'anyof':
      return Array.isArray(left) && left.some((item) => includes(right, item))
    case 'noneof':
      return Array.isArray(left) && !left.some((item) => includes(right, item))
    case 'size':
      return (typeof left === 'string' || Array.isArray(left)) && left.length === right
    case 'empty':
      return (typeof left === 'string' || Array.isArray(left)) && (left.length === 0) === right
    case 'contains':
      return typeof left === 'string' ? left.includes(String(right)) : includes(left, right)
  }
}

/** Jayway asks for the whole text to match. */
function matchesWhole(pattern: RegExp, text: string): boolean {
  return new RegExp(`^(?:${pattern.source})$`, pattern.flags).test(text)
}

function ordered(left: unknown, right: unknown, holds: (order: number) => boolean): boolean {
  if (typeof left === 'number' && typeof right === 'number') return holds(left - right)
  if (typeof left === 'string' && typeof right === 'string') return holds(left < right ? -1 : left > right ? 1 : 0)
  return false
}

const includes = (list: unknown, item: unknown) =>
  Array.isArray(list) && list.some((one) => isDeepStrictEqual(one, item))
