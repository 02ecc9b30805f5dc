/** Evaluates a field of the current state, and turns what goes wrong into AWS's EvaluationFailed event. */
import { type Machine, type State, templateOf } from '../definition/machine.ts'
import type { Bindings } from '../jsonata/expression.ts'
import { evaluateTemplate, expressionText, FieldError } from '../jsonata/template.ts'
import type { Draft } from './draft.ts'
import type { Scope } from './state.ts'

/** The state fails with this; `event` says whether AWS writes an EvaluationFailed event for it. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure'
  readonly error: string
  readonly location: string | null
  /** Keep the entering event as predecessor of EvaluationFailed (recorded for `Wait.Timestamp`). */
  readonly afterEntered: boolean
  constructor(
    error: string,
    cause: string,
    location: string | null,
    options: { afterEntered: boolean } = { afterEntered: false },
  ) {
    super(cause)
    this.error = error
    this.location = location
    this.afterEntered = options.afterEntered
  }
}

export const queryError = 'States.QueryEvaluationError'

/** Throws `StateFailure`. */
export async function evaluateField(
  machine: Machine,
  state: State,
  location: string,
  json: unknown,
  bindings: Bindings,
): Promise<unknown> {
  try {
    const value = evaluateTemplate(templateOf(machine, state, location, json), bindings)
    return value instanceof Promise ? await value : value
  } catch (error) {
    if (error instanceof FieldError) throw new StateFailure(queryError, error.message, error.location)
    throw error
  }
}

/** `TimeoutSeconds` and the like: a whole number from 0 (or `least`) up. */
export async function evaluateNumber(
  machine: Machine,
  state: State,
  field: string,
  bindings: Bindings,
  least: number,
): Promise<number | null> {
  const json = state.json[field]
  if (json === undefined) return null
  const value = await evaluateField(machine, state, field, json, bindings)
  if (typeof value === 'number' && value >= least) return value
  throw wrongType(json, field, 'number', value, `The ${field} field must be a number of at least ${least} but was: `)
}

export function wrongType(
  json: unknown,
  field: string,
  expected: string,
  value: unknown,
  otherwise: string,
): StateFailure {
  const text = typeof json === 'string' ? expressionText(json) : null
  const shown = JSON.stringify(value)
  if (text === null || typeName(value) === expected) return new StateFailure(queryError, `${otherwise}${shown}`, field)
  const cause = `The JSONata expression '${text}' specified for the field '${field}' returned an unexpected result type. Expected '${expected}', but was '${typeName(value)}' for value: ${shown}`
  return new StateFailure(queryError, cause, field)
}

function typeName(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

/** AWS links EvaluationFailed to the event before the state was entered, unless the state has done something since. */
export function writeFailure(draft: Draft, scope: Scope, failure: StateFailure): void {
  const current = scope.current!
  const cause = `An error occurred while executing the state '${current.name}' (entered at the event id #${current.enteredEventId}). ${failure.message}`
  if (failure.error !== queryError) {
    const plain = failure.error === 'States.DataLimitExceeded'
    draft.note(scope, '~Failed', { error: failure.error, cause: plain ? failure.message : cause })
    return
  }
  const untouched = scope.lastEventId === current.enteredEventId && !failure.afterEntered
  draft.event(
    scope,
    'EvaluationFailed',
    {
      cause,
      error: failure.error,
      ...(failure.location === null ? {} : { location: failure.location }),
      state: current.name,
    },
    undefined,
    untouched ? current.enteredPreviousId : undefined,
  )
}
