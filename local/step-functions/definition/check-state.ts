/** What is wrong with one state. */

import { checkPathRule } from './check-choice-rule.ts'
import { isObject, type Report } from './check-definition.ts'
import { checkDistributed } from './check-distributed.ts'
import { checkCatch, checkRetry } from './check-error-handlers.ts'
import {
  checkAssign,
  checkExpressions,
  checkFields,
  checkPath,
  checkPathOrCall,
  checkPaths,
  checkReference,
} from './check-fields.ts'
import type { Json } from './machine.ts'
import { parseResource } from './resource.ts'

type Language = 'JSONata' | 'JSONPath'

const anywhere = ['Type', 'Comment', 'QueryLanguage', 'Next', 'End', 'Assign', 'Output', 'InputPath', 'OutputPath']
const withResult = ['Parameters', 'ResultPath']
const withErrors = ['Retry', 'Catch', 'ResultSelector']
const mapFields = [
  'ItemProcessor',
  'Iterator',
  'Items',
  'ItemsPath',
  'ItemSelector',
  'MaxConcurrency',
  'MaxConcurrencyPath',
  'ToleratedFailureCount',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentage',
  'ToleratedFailurePercentagePath',
  'Label',
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
]

/** Fields by type. Source: States Language, "State Types". */
const fieldsByType: Readonly<Record<string, readonly string[]>> = {
  Pass: [...anywhere, ...withResult, 'Result'],
  Task: [
    ...anywhere,
    ...withResult,
    ...withErrors,
    'Resource',
    'Arguments',
    'TimeoutSeconds',
    'TimeoutSecondsPath',
    'HeartbeatSeconds',
    'HeartbeatSecondsPath',
  ],
  Choice: [...anywhere.filter((name) => name !== 'Next' && name !== 'End'), 'Choices', 'Default'],
  Wait: [...anywhere, 'Seconds', 'Timestamp', 'SecondsPath', 'TimestampPath'],
  Succeed: anywhere.filter((name) => name !== 'Next' && name !== 'End' && name !== 'Assign'),
  Fail: ['Type', 'Comment', 'QueryLanguage', 'Error', 'Cause', 'ErrorPath', 'CausePath'],
  Parallel: [...anywhere, ...withResult, ...withErrors, 'Branches', 'Arguments'],
  Map: [...anywhere, ...withResult, ...withErrors, ...mapFields],
}

const pathOnly = [
  'InputPath',
  'OutputPath',
  'Parameters',
  'ResultPath',
  'ResultSelector',
  'Result',
  'ItemsPath',
  'SecondsPath',
  'TimestampPath',
  'ErrorPath',
  'CausePath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'MaxConcurrencyPath',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentagePath',
]
const jsonataOnly = ['Arguments', 'Output', 'Items']
/** JSONata fields that may hold expressions. */
const evaluated = [
  'Arguments',
  'Output',
  'Assign',
  'Items',
  'ItemSelector',
  'ItemBatcher',
  'ItemReader',
  'MaxConcurrency',
  'ToleratedFailureCount',
  'ToleratedFailurePercentage',
  'Seconds',
  'Timestamp',
  'TimeoutSeconds',
  'HeartbeatSeconds',
  'Error',
  'Cause',
]

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

export function checkState(
  state: Json,
  language: Language,
  location: string,
  names: readonly string[],
  report: Report,
): void {
  const type = state.Type
  const allowed = typeof type === 'string' ? fieldsByType[type] : undefined
  if (!allowed) {
    report(
      'SCHEMA_VALIDATION_FAILED',
      `Type must be one of ${Object.keys(fieldsByType).join(', ')}`,
      `${location}/Type`,
    )
    return
  }
  checkFields(state, allowed, location, report)
  for (const name of language === 'JSONata' ? pathOnly : jsonataOnly) {
    if (state[name] !== undefined)
      report(
        'SCHEMA_VALIDATION_FAILED',
        `The field ${name} is not supported when QueryLanguage is ${language}`,
        `${location}/${name}`,
      )
  }
  checkAssign(state.Assign, `${location}/Assign`, report)
  checkValues(state, language, location, report)
  checkTransition(state, location, names, report)
  checkRetry(state.Retry, location, report)
  checkCatch(state.Catch, language, location, names, report)
  checkByType[String(type)]?.(state, language, location, report, names)
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

function checkTransition(state: Json, location: string, names: readonly string[], report: Report): void {
  const ends = state.End === true
  const next = state.Next
  const plain = !['Choice', 'Succeed', 'Fail'].includes(String(state.Type))
  if (plain && ends === (next !== undefined)) {
    report('SCHEMA_VALIDATION_FAILED', 'a state needs either Next or "End": true', location)
  }
  for (const [field, target] of [
    ['Next', next],
    ['Default', state.Default],
  ] as const) {
    if (target !== undefined && !names.includes(String(target))) {
      report('MISSING_TRANSITION_TARGET', `Missing '${field}' target: ${String(target)}`, `${location}/${field}`)
    }
  }
}

type Check = (state: Json, language: Language, location: string, report: Report, names: readonly string[]) => void

const checkByType: Readonly<Record<string, Check>> = {
  Task(state, _language, location, report) {
    const resource =
      typeof state.Resource === 'string' ? parseResource(state.Resource) : 'the required field Resource is missing'
    if (typeof resource === 'string')
      report(
        typeof state.Resource === 'string' ? 'NOT_SERVED_LOCALLY' : 'SCHEMA_VALIDATION_FAILED',
        resource,
        `${location}/Resource`,
      )
    const { TimeoutSeconds, HeartbeatSeconds } = state
    if (
      typeof TimeoutSeconds === 'number' &&
      typeof HeartbeatSeconds === 'number' &&
      HeartbeatSeconds >= TimeoutSeconds
    ) {
      report(
        'SCHEMA_VALIDATION_FAILED',
        'HeartbeatSeconds must be smaller than TimeoutSeconds',
        `${location}/HeartbeatSeconds`,
      )
    }
  },
  Choice(state, language, location, report, names) {
    const rules = state.Choices
    if (!Array.isArray(rules) || rules.length === 0)
      return report('SCHEMA_VALIDATION_FAILED', 'Choices must be a non-empty array', `${location}/Choices`)
    const check = language === 'JSONPath' ? checkPathRule : checkRule
    rules.forEach((rule: unknown, index) => void check(rule, `${location}/Choices[${index}]`, names, report))
  },
  Wait(state, _language, location, report) {
    const given = ['Seconds', 'Timestamp', 'SecondsPath', 'TimestampPath'].filter((name) => state[name] !== undefined)
    if (given.length !== 1)
      report('SCHEMA_VALIDATION_FAILED', 'a Wait needs exactly one of Seconds and Timestamp', location)
  },
  Parallel(state, _language, location, report) {
    const branches = state.Branches
    if (!Array.isArray(branches) || branches.length === 0)
      report('SCHEMA_VALIDATION_FAILED', 'Branches must be a non-empty array', `${location}/Branches`)
  },
  Map(state, language, location, report) {
    const processor = state.ItemProcessor ?? state.Iterator
    if (!isObject(processor))
      return report('SCHEMA_VALIDATION_FAILED', 'the required field ItemProcessor is missing', location)
    const config = processor.ProcessorConfig
    const distributed = isObject(config) && config.Mode === 'DISTRIBUTED'
    if (distributed && config.ExecutionType !== 'STANDARD') {
      const why = 'a Distributed Map is served with ExecutionType STANDARD only'
      report('NOT_SERVED_LOCALLY', why, `${location}/ItemProcessor/ProcessorConfig`)
    }
    checkDistributed(state, distributed, language, location, report)
  },
}

function checkRule(rule: unknown, location: string, names: readonly string[], report: Report): void {
  if (!isObject(rule)) {
    report('SCHEMA_VALIDATION_FAILED', 'a choice rule must be an object', location)
    return
  }
  checkFields(rule, ['Condition', 'Next', 'Assign', 'Output', 'Comment'], location, report)
  if (rule.Condition === undefined)
    report('SCHEMA_VALIDATION_FAILED', 'the required field Condition is missing', location)
  for (const name of ['Condition', 'Assign', 'Output']) checkExpressions(rule[name], `${location}/${name}`, report)
  checkAssign(rule.Assign, `${location}/Assign`, report)
  if (!names.includes(String(rule.Next)))
    report('MISSING_TRANSITION_TARGET', `Missing 'Next' target: ${String(rule.Next)}`, `${location}/Next`)
}
