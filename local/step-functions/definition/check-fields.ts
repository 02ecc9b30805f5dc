/** Field names, JSONata expressions and JSONPath texts of a state. */
import { awsRefusal } from '../../../dag-compiler/jsonata.ts'
import { isCall } from '../intrinsic/parse-call.ts'
import { compileExpression } from '../jsonata/expression.ts'
import { expressionText } from '../jsonata/template.ts'
import type { Report } from './check-definition.ts'
import type { Json } from './machine.ts'
import { refuseCall, refusePath, refuseReference } from './refuse-path.ts'

/** AWS names the object that has the field as the place. */
export function checkFields(json: Json, allowed: readonly string[], location: string, report: Report): void {
  for (const name of Object.keys(json)) {
    if (!allowed.includes(name)) report('SCHEMA_VALIDATION_FAILED', `Field '${name}' is not supported`, location)
  }
}

export function checkRequired(json: Json, fields: readonly string[], location: string, report: Report): void {
  const missing = fields.filter((name) => json[name] === undefined)
  if (missing.length > 0)
    report('SCHEMA_VALIDATION_FAILED', `These fields are required: [${missing.join(', ')}]`, location)
}

/** @param need `required`: none of them is wrong, too */
export function checkOnlyOne(
  json: Json,
  fields: readonly string[],
  location: string,
  report: Report,
  need: 'required' | 'optional' = 'optional',
): void {
  const given = fields.filter((name) => json[name] !== undefined)
  const list = `[${fields.join(', ')}]`
  if (given.length > 1)
    report('SCHEMA_VALIDATION_FAILED', `There should only be one of the following fields: ${list}`, location)
  if (given.length === 0 && need === 'required')
    report('SCHEMA_VALIDATION_FAILED', `This object should have only one of the following fields: ${list}`, location)
}

/** Undefined passes. */
export function checkType(
  json: Json,
  field: string,
  type: 'string' | 'boolean',
  location: string,
  report: Report,
): void {
  const value = json[field]
  if (value !== undefined && typeof value !== type)
    report('SCHEMA_VALIDATION_FAILED', `Expected value of type [${type.toUpperCase()}]`, `${location}/${field}`)
}

/** Undefined passes. */
export function checkOneOf(value: unknown, allowed: readonly string[], location: string, report: Report): void {
  if (value === undefined) return
  if (typeof value !== 'string') report('SCHEMA_VALIDATION_FAILED', 'Expected value of type [STRING]', location)
  else if (!allowed.includes(value))
    report('SCHEMA_VALIDATION_FAILED', `Value should be one of the following: [${allowed.join(', ')}]`, location)
}

/**
 * Every `{% … %}` in the field must be JSONata that AWS accepts.
 *
 * @param place `$states.errorOutput` is there in a catcher only
 */
export function checkExpressions(
  json: unknown,
  location: string,
  report: Report,
  place: 'state' | 'catcher' = 'state',
): void {
  if (typeof json === 'string') {
    checkExpression(json, location, report, place)
    return
  }
  if (Array.isArray(json)) {
    for (const [index, item] of json.entries()) checkExpressions(item, `${location}[${index}]`, report, place)
    return
  }
  if (typeof json !== 'object' || json === null) return
  for (const [name, value] of Object.entries(json)) checkExpressions(value, `${location}/${name}`, report, place)
}

function checkExpression(json: string, location: string, report: Report, place: 'state' | 'catcher'): void {
  const text = expressionText(json)
  if (text === null) {
    if (json.startsWith('{%'))
      report('SCHEMA_VALIDATION_FAILED', 'JSONata string must start with {% and end with %}', location)
    return
  }
  try {
    compileExpression(text, { random: Math.random, now: Date.now })
  } catch (error) {
    const { message } = error as { message?: string } // the library throws plain objects
    report('INVALID_JSONATA_EXPRESSION', message ?? String(error), location)
    return
  }
  const refusal = awsRefusal(text)
  if (refusal !== null) reportRefusal(refusal, location, report)
  if (place === 'state' && /\$states\s*\.\s*errorOutput\b/.test(text)) {
    const message = "Reference to '$states.errorOutput' is not supported."
    report('UNSUPPORTED_JSONATA_EXPRESSION', message, location)
  }
}

/** AWS has words of its own for a name that refers to nothing; the rest is what its parser does not know. */
function reportRefusal(refusal: string, location: string, report: Report): void {
  const name = /^(?:the (?:name|path) )?(\S+) refers to nothing/.exec(refusal)?.[1]
  const where = name === '$$' ? '' : ' at the top level'
  if (name === undefined) report('INVALID_JSONATA_EXPRESSION', refusal, location)
  else report('UNSUPPORTED_JSONATA_EXPRESSION', `Reference to '${name}'${where} is not supported.`, location)
}

/** Members named `….$` of a JSONPath template hold a path or an intrinsic function. */
export function checkPaths(json: unknown, location: string, report: Report): void {
  if (Array.isArray(json)) {
    json.forEach((item, index) => void checkPaths(item, `${location}[${index}]`, report))
    return
  }
  if (typeof json !== 'object' || json === null) return
  for (const [name, value] of Object.entries(json)) {
    if (!name.endsWith('.$')) checkPaths(value, `${location}/${name}`, report)
    else checkPathOrCall(value, `${location}/${name}`, report)
  }
}

export function checkPathOrCall(value: unknown, location: string, report: Report): void {
  const isText = typeof value === 'string'
  const refusal = isText && isCall(value) ? refuseCall(value) : refusePath(value)
  if (refusal === null) return
  const [, container, field] = /^(.*)\/([^/]+)$/.exec(location) ?? ['', location, '']
  const what = `The value for the field '${field}' must be a valid JSONPath or a valid intrinsic function call`
  report('SCHEMA_VALIDATION_FAILED', `${what}: ${refusal}`, container!)
}

/** `null` stands for nothing where a state allows it. */
export function checkPath(value: unknown, location: string, report: Report): void {
  const refusal = value === null ? null : refusePath(value)
  if (refusal !== null) report('SCHEMA_VALIDATION_FAILED', `Value must be a valid JSONPath. ${refusal}`, location)
}

export function checkReference(value: unknown, location: string, report: Report): void {
  const refusal = value === null ? null : refuseReference(value)
  if (refusal !== null) report('SCHEMA_VALIDATION_FAILED', `Value is not a Reference Path: ${refusal}`, location)
}

/** A variable is a JSONata name of at most 80 characters, and `states` is taken. */
export function checkAssign(json: unknown, location: string, report: Report): void {
  if (json === undefined) return
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    report('SCHEMA_VALIDATION_FAILED', 'Expected value of type [OBJECT]', location)
    return
  }
  for (const name of Object.keys(json)) {
    const variable = name.replace(/\.\$$/, '')
    const why = /^[\p{L}_][\p{L}\p{N}_]*$/u.test(variable)
      ? 'is longer than 80 characters'
      : 'contains invalid characters'
    if (variable === 'states')
      report('RESERVED_VARIABLE_NAME', "Cannot assign to reserved variable '$states'.", `${location}/${name}`)
    else if (!/^[\p{L}_][\p{L}\p{N}_]{0,79}$/u.test(variable))
      report(
        'INVALID_VARIABLE_NAME',
        `Invalid variable name '${variable}': the variable name ${why}.`,
        `${location}/${name}`,
      )
  }
}
