/** What is wrong with one state. Words and places: measured on AWS. */
import { checkChoices } from './check-choice-rule.ts'
import { isObject, type Report } from './check-definition.ts'
import { checkDistributed } from './check-distributed.ts'
import { checkCatch, checkRetry } from './check-error-handlers.ts'
import { checkExpress } from './check-express.ts'
import {
  checkAssign,
  checkExpressions,
  checkFields,
  checkOneOf,
  checkOnlyOne,
  checkPath,
  checkPathOrCall,
  checkPaths,
  checkReference,
  checkRequired,
  checkType,
} from './check-fields.ts'
import { checkNumber } from './check-numbers.ts'
import { hasExpressChildren, type Json } from './machine.ts'
import { parseResource } from './resource.ts'
import { evaluated, fieldsByType, jsonataOnly, pairs, pathOnly } from './state-fields.ts'

type Language = 'JSONata' | 'JSONPath'
type CheckPath = (value: unknown, location: string, report: Report) => void

const pathFields: readonly (readonly [string, CheckPath])[] = [
  ['InputPath', checkPath],
  ['OutputPath', checkPath],
  ['ResultPath', checkReference],
  ['ItemsPath', checkPath],
  ['SecondsPath', checkReference],
  ['TimestampPath', checkReference],
  ['ErrorPath', checkPathOrCall],
  ['CausePath', checkPathOrCall],
  ['TimeoutSecondsPath', checkReference],
  ['HeartbeatSecondsPath', checkReference],
  ['MaxConcurrencyPath', checkReference],
  ['ToleratedFailureCountPath', checkReference],
  ['ToleratedFailurePercentagePath', checkReference],
]

/** @param language null: one that is refused here, so that nothing written in it is looked at */
export function checkState(state: Json, language: Language | null, location: string, report: Report): void {
  checkRequired(state, ['Type'], location, report)
  const { Type } = state
  if (Type === undefined) return
  const allowed = typeof Type === 'string' && Object.hasOwn(fieldsByType, Type) ? fieldsByType[Type] : undefined
  if (!allowed) {
    checkOneOf(Type, Object.keys(fieldsByType), `${location}/Type`, report)
    return
  }
  checkFields(state, allowed, location, report)
  for (const field of ['Next', 'Default', 'Comment', 'Label']) checkType(state, field, 'string', location, report)
  checkType(state, 'End', 'boolean', location, report)
  for (const pair of pairs) checkOnlyOne(state, pair, location, report)
  checkEnd(state, location, report)
  if (!language) return
  checkLanguageOf(state, language, location, report)
  checkAssign(state.Assign, `${location}/Assign`, report)
  checkValues(state, language, location, report)
  checkRetry(state.Retry, location, report)
  checkCatch(state.Catch, language, location, report)
  checkByType[String(Type)]?.(state, language, location, report)
}

function checkLanguageOf(state: Json, language: Language, location: string, report: Report): void {
  const other = language === 'JSONata' ? 'JSONPath' : 'JSONata'
  for (const name of language === 'JSONata' ? pathOnly : jsonataOnly) {
    if (state[name] === undefined) continue
    const message = `The QueryLanguage is set to '${language}', but field '${name}' is only supported for the '${other}' QueryLanguage`
    report('SCHEMA_VALIDATION_FAILED', message, location)
  }
}

function checkValues(state: Json, language: Language, location: string, report: Report): void {
  if (language === 'JSONata') {
    for (const name of evaluated) checkExpressions(state[name], `${location}/${name}`, report)
    return
  }
  for (const name of ['Parameters', 'ResultSelector', 'ItemSelector', 'Assign'])
    checkPaths(state[name], `${location}/${name}`, report)
  for (const [name, check] of pathFields) {
    if (state[name] !== undefined) check(state[name], `${location}/${name}`, report)
  }
}

/** `"End": false` says nothing. */
function checkEnd(state: Json, location: string, report: Report): void {
  if (['Choice', 'Succeed', 'Fail'].includes(String(state.Type))) return
  const given = ['Next', 'End'].filter((field) => state[field] !== undefined && state[field] !== false)
  const fields = '[Next, End]'
  if (given.length === 0)
    report('SCHEMA_VALIDATION_FAILED', `This object should have only one of the following fields: ${fields}`, location)
  if (given.length === 2)
    report('SCHEMA_VALIDATION_FAILED', `There should only be one of the following fields: ${fields}`, location)
}

type Check = (state: Json, language: Language, location: string, report: Report) => void

const longestSeconds = 99_999_999

const checkByType: Readonly<Record<string, Check>> = {
  Task(state, language, location, report) {
    checkRequired(state, ['Resource'], location, report)
    if (state.Resource !== undefined) checkResource(state.Resource, `${location}/Resource`, report)
    const bounds = { min: 1, max: longestSeconds, isExpression: language === 'JSONata' }
    for (const field of ['TimeoutSeconds', 'HeartbeatSeconds']) checkNumber(state, field, bounds, location, report)
    const { TimeoutSeconds, HeartbeatSeconds } = state
    if (typeof TimeoutSeconds !== 'number' || typeof HeartbeatSeconds !== 'number') return
    if (HeartbeatSeconds >= TimeoutSeconds)
      report('SCHEMA_VALIDATION_FAILED', 'HeartbeatSeconds must be smaller than TimeoutSeconds', location)
  },
  Choice: checkChoices,
  Wait(state, language, location, report) {
    checkOnlyOne(state, ['SecondsPath', 'Seconds', 'TimestampPath', 'Timestamp'], location, report, 'required')
    const bounds = { min: 0, max: longestSeconds, isExpression: language === 'JSONata' }
    checkNumber(state, 'Seconds', bounds, location, report)
    checkTimestamp(state.Timestamp, `${location}/Timestamp`, report)
  },
  Parallel(state, _language, location, report) {
    checkRequired(state, ['Branches'], location, report)
    checkFull(state.Branches, `${location}/Branches`, report)
  },
  Map(state, language, location, report) {
    checkOnlyOne(state, ['ItemProcessor', 'Iterator'], location, report, 'required')
    const isExpression = language === 'JSONata'
    checkNumber(state, 'MaxConcurrency', { min: 0, isExpression }, location, report)
    checkNumber(state, 'ToleratedFailureCount', { min: 0, isExpression }, location, report)
    checkNumber(
      state,
      'ToleratedFailurePercentage',
      { min: 0, max: 100, isExpression, isFractional: true },
      location,
      report,
    )
    const field = state.ItemProcessor === undefined ? 'Iterator' : 'ItemProcessor'
    const config = Object(state[field]).ProcessorConfig as unknown
    const isDistributed = isObject(config) && config.Mode === 'DISTRIBUTED'
    checkConfig(config, `${location}/${field}/ProcessorConfig`, report)
    checkDistributed(state, isDistributed, language, location, report)
    // A processor with a Mode is an object.
    if (isDistributed && hasExpressChildren(state)) checkExpress(state[field] as Json, `${location}/${field}`, report)
  },
}

function checkResource(resource: unknown, location: string, report: Report): void {
  if (typeof resource !== 'string' || !resource.startsWith('arn:')) {
    report('SCHEMA_VALIDATION_FAILED', 'Value is not a valid resource ARN', location)
    return
  }
  const parsed = parseResource(resource)
  if (typeof parsed !== 'string') return
  const message = `The resource provided ${resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. (${parsed})`
  report('SCHEMA_VALIDATION_FAILED', message, location)
}

function checkTimestamp(timestamp: unknown, location: string, report: Report): void {
  if (typeof timestamp !== 'string' || timestamp.startsWith('{%')) return
  if (
    !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(timestamp) ||
    Number.isNaN(Date.parse(timestamp))
  )
    report('SCHEMA_VALIDATION_FAILED', 'String does not match RFC3339 timestamp', location)
}

/** An array of at least one. */
export function checkFull(list: unknown, location: string, report: Report): void {
  if (list === undefined) return
  if (!Array.isArray(list)) report('SCHEMA_VALIDATION_FAILED', 'Expected value of type [ARRAY]', location)
  else if (list.length === 0) report('SCHEMA_VALIDATION_FAILED', 'Value cannot be empty', location)
}

function checkConfig(config: unknown, at: string, report: Report): void {
  if (!isObject(config)) {
    if (config !== undefined) report('SCHEMA_VALIDATION_FAILED', 'Expected value of type [OBJECT]', at)
    return
  }
  const isDistributed = config.Mode === 'DISTRIBUTED'
  checkFields(config, isDistributed ? ['Mode', 'ExecutionType'] : ['Mode'], at, report)
  checkOneOf(config.Mode, ['INLINE', 'DISTRIBUTED'], `${at}/Mode`, report)
  if (!isDistributed) return
  checkRequired(config, ['ExecutionType'], at, report)
  checkOneOf(config.ExecutionType, ['STANDARD', 'EXPRESS'], `${at}/ExecutionType`, report)
}
