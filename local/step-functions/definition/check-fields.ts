/** Field names, JSONata expressions and JSONPath texts of a state. */
import { awsRefusal } from '../../../dag-compiler/jsonata.ts'
import { isCall } from '../intrinsic/parse-call.ts'
import { compileExpression } from '../jsonata/expression.ts'
import { expressionText } from '../jsonata/template.ts'
import type { Report } from './check-definition.ts'
import type { Json } from './machine.ts'
import { refuseCall, refusePath, refuseReference } from './refuse-path.ts'

export function checkFields(json: Json, allowed: readonly string[], location: string, report: Report): void {
  for (const name of Object.keys(json)) {
    if (!allowed.includes(name))
      report('SCHEMA_VALIDATION_FAILED', `Field is not supported: ${name}`, `${location}/${name}`)
  }
}

/** Every `{% … %}` in the field must be JSONata that AWS accepts. */
export function checkExpressions(json: unknown, location: string, report: Report): void {
  if (typeof json === 'string') {
    checkExpression(json, location, report)
    return
  }
  if (Array.isArray(json)) {
    for (const [index, item] of json.entries()) checkExpressions(item, `${location}[${index}]`, report)
    return
  }
  if (typeof json !== 'object' || json === null) return
  for (const [name, value] of Object.entries(json)) checkExpressions(value, `${location}/${name}`, report)
}

function checkExpression(json: string, location: string, report: Report): void {
  const text = expressionText(json)
  if (text === null) {
    if (json.startsWith('{%')) report('INVALID_JSONATA_EXPRESSION', 'an expression must end with %}', location)
    return
  }
  const refusal = awsRefusal(text)
  if (refusal !== null) {
    report('INVALID_JSONATA_EXPRESSION', refusal, location)
    return
  }
  try {
    compileExpression(text, { random: Math.random, now: Date.now })
  } catch (error) {
    const { message } = error as { message?: string } // the library throws plain objects
    report('INVALID_JSONATA_EXPRESSION', `JSONata does not parse: ${message ?? String(error)}`, location)
  }
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
  const what = 'The value for a field whose name ends in $ or Path must be a JSONPath or an intrinsic function'
  report('SCHEMA_VALIDATION_FAILED', `${what}: ${refusal}`, location)
}

/** `null` stands for nothing where a state allows it. */
export function checkPath(value: unknown, location: string, report: Report): void {
  const refusal = value === null ? null : refusePath(value)
  if (refusal !== null) report('SCHEMA_VALIDATION_FAILED', `Value is not a valid JSONPath: ${refusal}`, location)
}

export function checkReference(value: unknown, location: string, report: Report): void {
  const refusal = value === null ? null : refuseReference(value)
  if (refusal !== null) report('SCHEMA_VALIDATION_FAILED', `Value is not a Reference Path: ${refusal}`, location)
}

/** A variable is a JSONata name of at most 80 characters, and `states` is taken. */
export function checkAssign(json: unknown, location: string, report: Report): void {
  if (json === undefined) return
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    report('SCHEMA_VALIDATION_FAILED', 'Assign must be an object', location)
    return
  }
  for (const name of Object.keys(json)) {
    const variable = name.replace(/\.\$$/, '')
    if (!/^[\p{L}_][\p{L}\p{N}_]{0,79}$/u.test(variable) || variable === 'states') {
      report('SCHEMA_VALIDATION_FAILED', `"${variable}" cannot be the name of a variable`, `${location}/${name}`)
    }
  }
}
