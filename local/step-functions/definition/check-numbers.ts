/** Numbers in a definition. Bounds: measured with ValidateStateMachineDefinition on AWS, as published in 2026. */
import type { Report } from './check-definition.ts'
import type { Json } from './machine.ts'

export interface Bounds {
  readonly min?: number
  readonly max?: number
  /** May have a fraction. @default false */
  readonly isFractional?: true
  /** May be a JSONata expression. @default false */
  readonly isExpression?: boolean
}

export function checkNumber(json: Json, field: string, bounds: Bounds, location: string, report: Report): void {
  const value = json[field]
  if (value === undefined) return
  const at = `${location}/${field}`
  if (typeof value === 'string' && bounds.isExpression && value.startsWith('{%')) return
  if (typeof value !== 'number' || (!bounds.isFractional && !Number.isInteger(value))) {
    report('SCHEMA_VALIDATION_FAILED', `Expected value of type ${bounds.isFractional ? 'Float' : 'Integer'}`, at)
    return
  }
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = bounds
  if (value < min) report('SCHEMA_VALIDATION_FAILED', `Minimum value is ${min}`, at)
  if (value > max) report('SCHEMA_VALIDATION_FAILED', `Maximum value is ${max}`, at)
}
