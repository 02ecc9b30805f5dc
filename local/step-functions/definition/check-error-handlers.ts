/** Retry and Catch of a state. Source: States Language, "Errors". */
import { isObject, type Report } from './check-definition.ts'
import {
  checkAssign,
  checkExpressions,
  checkFields,
  checkOneOf,
  checkPaths,
  checkReference,
  checkRequired,
  checkType,
} from './check-fields.ts'
import { checkNumber } from './check-numbers.ts'
import { checkFull } from './check-state.ts'
import type { Json } from './machine.ts'

const retryFields = [
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
]
const catchFields = ['ErrorEquals', 'Next', 'Output', 'Assign', 'ResultPath', 'Comment']

/** AWS: delays of at most 31,622,400 seconds. */
const longestDelaySeconds = 31_622_400
const mostAttempts = 99_999_999

export function checkRetry(retry: unknown, location: string, report: Report): void {
  for (const [at, retrier] of entriesOf(retry, `${location}/Retry`, report)) {
    checkFields(retrier, retryFields, at, report)
    checkNumber(retrier, 'IntervalSeconds', { min: 0, max: mostAttempts }, at, report)
    checkNumber(retrier, 'MaxAttempts', { min: 0, max: mostAttempts }, at, report)
    checkNumber(retrier, 'BackoffRate', { min: 1, isFractional: true }, at, report)
    checkNumber(retrier, 'MaxDelaySeconds', { min: 1, max: longestDelaySeconds }, at, report)
    checkOneOf(retrier.JitterStrategy, ['NONE', 'FULL'], `${at}/JitterStrategy`, report)
  }
}

export function checkCatch(
  catchers: unknown,
  language: 'JSONata' | 'JSONPath',
  location: string,
  report: Report,
): void {
  for (const [at, catcher] of entriesOf(catchers, `${location}/Catch`, report)) {
    checkFields(catcher, catchFields, at, report)
    checkRequired(catcher, ['Next'], at, report)
    checkType(catcher, 'Next', 'string', at, report)
    checkAssign(catcher.Assign, `${at}/Assign`, report)
    const [foreign, other] = language === 'JSONata' ? ['ResultPath', 'JSONPath'] : ['Output', 'JSONata']
    if (catcher[foreign!] !== undefined) {
      const message = `The QueryLanguage is set to '${language}', but field '${foreign}' is only supported for the '${other}' QueryLanguage`
      report('SCHEMA_VALIDATION_FAILED', message, at)
    } else if (language === 'JSONata') {
      for (const name of ['Output', 'Assign']) checkExpressions(catcher[name], `${at}/${name}`, report, 'catcher')
    } else {
      checkPaths(catcher.Assign, `${at}/Assign`, report)
      if (catcher.ResultPath !== undefined) checkReference(catcher.ResultPath, `${at}/ResultPath`, report)
    }
  }
}

/** Each handler with its place; `ErrorEquals` is checked here, because `States.ALL` depends on the others. */
function entriesOf(list: unknown, location: string, report: Report): [string, Json][] {
  if (list === undefined) return []
  if (!Array.isArray(list)) {
    report('SCHEMA_VALIDATION_FAILED', 'Expected value of type [ARRAY]', location)
    return []
  }
  return list.flatMap((handler: unknown, index): [string, Json][] => {
    const at = `${location}[${index}]`
    if (!isObject(handler)) {
      report('SCHEMA_VALIDATION_FAILED', 'Expected value of type [OBJECT]', at)
      return []
    }
    checkRequired(handler, ['ErrorEquals'], at, report)
    checkErrorEquals(handler.ErrorEquals, index === list.length - 1, `${at}/ErrorEquals`, report)
    return [[at, handler]]
  })
}

function checkErrorEquals(errors: unknown, isLast: boolean, at: string, report: Report): void {
  checkFull(errors, at, report)
  if (!Array.isArray(errors)) return
  for (const [index, error] of errors.entries()) {
    if (typeof error !== 'string')
      report('SCHEMA_VALIDATION_FAILED', 'Expected value of type [STRING]', `${at}[${index}]`)
  }
  const all = errors.indexOf('States.ALL')
  if (all >= 0 && (errors.length > 1 || !isLast))
    report('SCHEMA_VALIDATION_FAILED', 'States.ALL must appear alone and at end of list', `${at}[${all}]`)
}
