/** Rules of a Choice: a JSONata condition, or comparisons of JSONPath values. Source: States Language, "Choice State". */
import { isOperator } from '../states/choice-rule.ts'
import { isObject, type Report } from './check-definition.ts'
import {
  checkAssign,
  checkExpressions,
  checkFields,
  checkOnlyOne,
  checkPath,
  checkPaths,
  checkRequired,
  checkType,
} from './check-fields.ts'
import { checkFull } from './check-state.ts'
import type { Json } from './machine.ts'

export function checkChoices(state: Json, language: 'JSONata' | 'JSONPath', location: string, report: Report): void {
  checkRequired(state, ['Choices'], location, report)
  checkFull(state.Choices, `${location}/Choices`, report)
  if (!Array.isArray(state.Choices)) return
  for (const [index, rule] of state.Choices.entries()) {
    const at = `${location}/Choices[${index}]`
    if (!isObject(rule)) {
      report('SCHEMA_VALIDATION_FAILED', 'Expected value of type [OBJECT]', at)
      continue
    }
    checkRequired(rule, ['Next'], at, report)
    checkType(rule, 'Next', 'string', at, report)
    checkAssign(rule.Assign, `${at}/Assign`, report)
    if (language === 'JSONata') checkCondition(rule, at, report)
    else checkPathRule(rule, at, report)
  }
}

function checkCondition(rule: Json, at: string, report: Report): void {
  const foreign = Object.keys(rule).filter(
    (name) => name === 'Variable' || isOperator(name) || combiners.includes(name),
  )
  for (const name of foreign) report('SCHEMA_VALIDATION_FAILED', onlyFor('JSONata', name, 'JSONPath'), at)
  checkFields(rule, ['Condition', 'Next', 'Assign', 'Output', 'Comment', ...foreign], at, report)
  if (foreign.length === 0) checkRequired(rule, ['Condition'], at, report)
  for (const name of ['Condition', 'Assign', 'Output']) checkExpressions(rule[name], `${at}/${name}`, report)
}

function checkPathRule(rule: Json, at: string, report: Report): void {
  for (const name of ['Condition', 'Output']) {
    if (rule[name] !== undefined) report('SCHEMA_VALIDATION_FAILED', onlyFor('JSONPath', name, 'JSONata'), at)
  }
  const { Next: _, Assign, Condition: __, Output: ___, ...comparison } = rule
  checkComparison(comparison, at, report)
  checkPaths(Assign, `${at}/Assign`, report)
}

const onlyFor = (language: string, field: string, other: string) =>
  `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the '${other}' QueryLanguage`

const combiners = ['And', 'Or', 'Not']

function checkComparison(rule: unknown, at: string, report: Report): void {
  if (!isObject(rule)) {
    report('SCHEMA_VALIDATION_FAILED', 'Expected value of type [OBJECT]', at)
    return
  }
  const kinds = [...combiners, 'Variable'].filter((name) => rule[name] !== undefined)
  if (kinds.length !== 1) {
    const message = 'The object must have only one of the following fields, [And, Or, Not, Variable, Condition]'
    report('SCHEMA_VALIDATION_FAILED', message, at)
  } else if (kinds[0] === 'Variable') checkOperator(rule, at, report)
  else {
    checkFields(rule, [kinds[0]!, 'Comment'], at, report)
    if (kinds[0] === 'Not') checkComparison(rule.Not, `${at}/Not`, report)
    else checkInner(rule[kinds[0]!], `${at}/${kinds[0]}`, report)
  }
}

function checkInner(rules: unknown, at: string, report: Report): void {
  checkFull(rules, at, report)
  if (Array.isArray(rules))
    rules.forEach((rule: unknown, index) => void checkComparison(rule, `${at}[${index}]`, report))
}

function checkOperator(rule: Json, at: string, report: Report): void {
  const operators = Object.keys(rule).filter(isOperator)
  checkOnlyOne(
    rule,
    operators.length > 1 ? operators : anyOperator,
    at,
    report,
    operators.length === 0 ? 'required' : 'optional',
  )
  checkFields(rule, ['Variable', 'Comment', ...operators], at, report)
  checkPath(rule.Variable, `${at}/Variable`, report)
  for (const operator of operators) checkOperand(rule[operator], operator, `${at}/${operator}`, report)
}

/** AWS lists all 39; these stand for them. */
const anyOperator = ['StringEquals', 'NumericEquals', 'BooleanEquals', 'TimestampEquals', 'IsPresent']

function checkOperand(operand: unknown, operator: string, at: string, report: Report): void {
  if (operator.endsWith('Path')) {
    checkPath(operand, at, report)
    return
  }
  const type = /^(Is|Boolean)/.test(operator) ? 'boolean' : operator.startsWith('Numeric') ? 'number' : 'string'
  if (typeof operand !== type) report('SCHEMA_VALIDATION_FAILED', `Expected value of type [${type.toUpperCase()}]`, at)
  else if (operator.startsWith('Timestamp') && Number.isNaN(Date.parse(String(operand))))
    report('SCHEMA_VALIDATION_FAILED', 'String does not match RFC3339 timestamp', at)
}
