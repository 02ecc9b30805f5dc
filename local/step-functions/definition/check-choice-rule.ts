/** A rule of a JSONPath Choice: one comparison, or And, Or and Not of rules. Source: States Language, "Choice State". */
import { operatorOf } from '../states/choice-rule.ts'
import { isObject, type Report } from './check-definition.ts'
import { checkAssign, checkFields, checkPath, checkPaths } from './check-fields.ts'
import type { Json } from './machine.ts'

export function checkPathRule(rule: unknown, location: string, names: readonly string[], report: Report): void {
  checkComparison(rule, location, report)
  if (!isObject(rule)) return
  checkAssign(rule.Assign, `${location}/Assign`, report)
  checkPaths(rule.Assign, `${location}/Assign`, report)
  if (!names.includes(String(rule.Next)))
    report('MISSING_TRANSITION_TARGET', `Missing 'Next' target: ${String(rule.Next)}`, `${location}/Next`)
}

function checkComparison(rule: unknown, location: string, report: Report): void {
  if (!isObject(rule)) report('SCHEMA_VALIDATION_FAILED', 'a choice rule must be an object', location)
  else if (rule.And !== undefined) checkInner(rule.And, `${location}/And`, report)
  else if (rule.Or !== undefined) checkInner(rule.Or, `${location}/Or`, report)
  else if (rule.Not !== undefined) checkComparison(rule.Not, `${location}/Not`, report)
  else checkOperator(rule, location, report)
}

function checkInner(rules: unknown, location: string, report: Report): void {
  if (Array.isArray(rules) && rules.length > 0) {
    rules.forEach((rule: unknown, index) => void checkComparison(rule, `${location}[${index}]`, report))
  } else report('SCHEMA_VALIDATION_FAILED', 'must be a non-empty array of rules', location)
}

function checkOperator(rule: Json, location: string, report: Report): void {
  const operator = operatorOf(rule)
  if (operator === undefined) {
    report('SCHEMA_VALIDATION_FAILED', 'a choice rule needs exactly one comparison operator', location)
    return
  }
  checkPath(rule.Variable ?? 0, `${location}/Variable`, report)
  checkFields(rule, ['Variable', operator, 'Next', 'Assign', 'Comment'], location, report)
  if (operator.endsWith('Path')) checkPath(rule[operator], `${location}/${operator}`, report)
}
