/** Retry and Catch of a state. Source: States Language, "Errors". */
import { isObject, type Report } from './check-definition.ts'
import { checkAssign, checkExpressions, checkFields, checkPaths, checkReference } from './check-fields.ts'
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

export function checkRetry(retry: unknown, location: string, report: Report): void {
  for (const [at, retrier] of entriesOf(retry, `${location}/Retry`, report)) {
    checkFields(retrier, retryFields, at, report)
    checkNumber(retrier, 'IntervalSeconds', 1, at, report)
    checkNumber(retrier, 'MaxAttempts', 0, at, report)
    checkNumber(retrier, 'BackoffRate', 1, at, report)
    checkNumber(retrier, 'MaxDelaySeconds', 1, at, report)
    const jitter = retrier.JitterStrategy
    if (jitter !== undefined && jitter !== 'FULL' && jitter !== 'NONE') {
      report('SCHEMA_VALIDATION_FAILED', 'JitterStrategy must be FULL or NONE', `${at}/JitterStrategy`)
    }
  }
}

export function checkCatch(
  catchers: unknown,
  language: 'JSONata' | 'JSONPath',
  location: string,
  names: readonly string[],
  report: Report,
): void {
  for (const [at, catcher] of entriesOf(catchers, `${location}/Catch`, report)) {
    checkFields(catcher, catchFields, at, report)
    checkAssign(catcher.Assign, `${at}/Assign`, report)
    if (language === 'JSONata') {
      for (const name of ['Output', 'Assign']) checkExpressions(catcher[name], `${at}/${name}`, report)
    } else {
      checkPaths(catcher.Assign, `${at}/Assign`, report)
      if (catcher.ResultPath !== undefined) checkReference(catcher.ResultPath, `${at}/ResultPath`, report)
    }
    if (!names.includes(String(catcher.Next))) {
      report('MISSING_TRANSITION_TARGET', `Missing 'Next' target: ${String(catcher.Next)}`, `${at}/Next`)
    }
  }
}

/** Each handler with its place; `ErrorEquals` is checked here, because `States.ALL` depends on the others. */
function entriesOf(list: unknown, location: string, report: Report): [string, Json][] {
  if (list === undefined) return []
  if (!Array.isArray(list)) {
    report('SCHEMA_VALIDATION_FAILED', 'must be an array', location)
    return []
  }
  return list.flatMap((handler: unknown, index): [string, Json][] => {
    const at = `${location}[${index}]`
    if (!isObject(handler)) {
      report('SCHEMA_VALIDATION_FAILED', 'must be an object', at)
      return []
    }
    checkErrorEquals(handler.ErrorEquals, index === list.length - 1, at, report)
    return [[at, handler]]
  })
}

function checkErrorEquals(errors: unknown, last: boolean, location: string, report: Report): void {
  const at = `${location}/ErrorEquals`
  if (!Array.isArray(errors) || errors.length === 0 || errors.some((error) => typeof error !== 'string')) {
    report('SCHEMA_VALIDATION_FAILED', 'ErrorEquals must be a non-empty array of error names', at)
    return
  }
  if (errors.includes('States.ALL') && (errors.length > 1 || !last)) {
    report('SCHEMA_VALIDATION_FAILED', 'States.ALL must appear alone and in the last handler', at)
  }
}

function checkNumber(retrier: Json, field: string, least: number, location: string, report: Report): void {
  const value = retrier[field]
  if (value === undefined || (typeof value === 'number' && value >= least)) return
  report('SCHEMA_VALIDATION_FAILED', `${field} must be a number of at least ${least}`, `${location}/${field}`)
}
