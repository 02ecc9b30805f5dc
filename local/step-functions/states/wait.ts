/** Wait: notes when it ends; an alarm does the rest, so a wait costs nothing while it lasts and survives a restart. */
import { bindingsOf } from '../execution/context.ts'
import { evaluateField, queryError, StateFailure, wrongType } from '../execution/evaluate.ts'
import { pathOrValue } from '../execution/path-fields.ts'
import type { StateSituation } from './situation.ts'

export async function enterWait(at: StateSituation): Promise<void> {
  at.draft.note(at.scope, '~WaitScheduled', { untilMs: await endOfWait(at) })
}

async function endOfWait(at: StateSituation): Promise<number> {
  const seconds = await field(at, 'Seconds')
  if (seconds !== undefined) {
    if (typeof seconds !== 'number' || seconds < 0) {
      throw wrongType(
        at.state.json.Seconds,
        'Seconds',
        'number',
        seconds,
        'The Seconds field must be a non-negative number but was: ',
      )
    }
    return at.scope.current!.enteredAtMs + seconds * 1000
  }
  const timestamp = await field(at, 'Timestamp')
  const atMs = typeof timestamp === 'string' ? instant(timestamp) : null
  if (atMs !== null) return atMs
  throw new StateFailure(
    queryError,
    `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${typeof timestamp === 'string' ? timestamp : JSON.stringify(timestamp)}`,
    'Timestamp',
    { afterEntered: true },
  )
}

async function field(at: StateSituation, name: string): Promise<unknown> {
  const { machine, execution, scope, state } = at
  if (state.language === 'JSONPath') return pathOrValue(at, name)
  const json = state.json[name]
  if (json === undefined) return undefined
  return evaluateField(machine, state, name, json, bindingsOf(execution, scope))
}

/** An ISO-8601 date-time with an offset; one without is refused, as AWS does (recorded). */
function instant(text: string): number | null {
  const parts = /^(\d{4}-\d{2})-(\d{2})T(\d{2}):\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/.exec(text)
  if (!parts || parts[3] === '24') return null
  // JavaScript takes February 30 for March 2; AWS refuses it.
  const daysOfMonth = new Date(Date.parse(`${parts[1]}-01T00:00:00Z`)).setUTCMonth(Number(parts[1]!.slice(5)), 0)
  if (Number(parts[2]) > new Date(daysOfMonth).getUTCDate()) return null
  const atMs = Date.parse(text)
  return Number.isNaN(atMs) ? null : atMs
}
