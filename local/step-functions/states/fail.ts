/** Fail: ends its region with `Error` and `Cause`, each optional. */
import { bindingsOf } from '../execution/context.ts'
import { evaluateField, StateFailure, wrongType } from '../execution/evaluate.ts'
import { pathOrValue } from '../execution/path-fields.ts'
import type { StateSituation } from './situation.ts'

export async function enterFail(at: StateSituation): Promise<void> {
  const error = await textField(at, 'Error')
  const cause = await textField(at, 'Cause')
  at.draft.note(at.scope, '~Failed', { ...(error === null ? {} : { error }), ...(cause === null ? {} : { cause }) })
}

async function textField(at: StateSituation, field: string): Promise<string | null> {
  const { machine, execution, scope, state } = at
  if (state.language === 'JSONPath') return textByPath(at, field)
  const json = state.json[field]
  if (json === undefined) return null
  const value = await evaluateField(machine, state, field, json, bindingsOf(execution, scope))
  if (typeof value === 'string') return value
  throw wrongType(json, field, 'string', value, `The ${field} field must be a string but was: `)
}

function textByPath(at: StateSituation, field: string): string | null {
  const value = pathOrValue(at, field)
  if (value === undefined) return null
  if (typeof value === 'string') return value
  const cause = `The ${field}Path must reference a string but was: ${JSON.stringify(value)}`
  throw new StateFailure('States.Runtime', cause, null)
}
