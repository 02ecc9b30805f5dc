/** Fail: ends its region with `Error` and `Cause`, each optional. */
import { bindingsOf } from '../execution/context.ts'
import { evaluateField, wrongType } from '../execution/evaluate.ts'
import { readPath } from '../json-path.ts'
import type { StateSituation } from './situation.ts'

export async function enterFail(at: StateSituation): Promise<void> {
  const error = await textField(at, 'Error')
  const cause = await textField(at, 'Cause')
  at.draft.note(at.scope, '~Failed', { ...(error === null ? {} : { error }), ...(cause === null ? {} : { cause }) })
}

async function textField({ machine, execution, scope, state }: StateSituation, field: string): Promise<string | null> {
  const path = state.json[`${field}Path`]
  if (state.language === 'JSONPath' && typeof path === 'string') {
    return String(readPath(path, JSON.parse(scope.current!.input), {}, {}) ?? '')
  }
  const json = state.json[field]
  if (json === undefined) return null
  if (state.language === 'JSONPath') return String(json)
  const value = await evaluateField(machine, state, field, json, bindingsOf(execution, scope))
  if (typeof value === 'string') return value
  throw wrongType(json, field, 'string', value, `The ${field} field must be a string but was: `)
}
