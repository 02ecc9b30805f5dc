/** Calls of a state machine to Step Functions: answered by this engine itself, in the shapes AWS gives them. */
import type { TaskResource } from '../definition/resource.ts'
import { derivedId } from '../derived-id.ts'
import type { TaskOutcome } from '../execution/entry.ts'
import type { CallAround } from './call.ts'
import { serviceFailure } from './error-names.ts'
import { httpMetadata, jsonHeaders } from './metadata.ts'

/**
 * `states:startExecution`. Idempotent for one task: the name follows from it when it gives none, and `startedBy` finds the
 * execution that a call before a crash started.
 */
export async function startChild(parameters: string, { operate, startedBy }: CallAround): Promise<TaskOutcome> {
  const { StateMachineArn, Input, Name } = JSON.parse(parameters) as Record<string, unknown> // an object in a checked definition
  const { machineName, executionName, eventId } = startedBy
  const request = {
    stateMachineArn: StateMachineArn,
    name: Name ?? derivedId(`${machineName}/${executionName}#${eventId}`),
    ...(Input === undefined ? {} : { input: typeof Input === 'string' ? Input : JSON.stringify(Input) }),
  }
  try {
    const answer = await operate('StartExecution', request, startedBy)
    const metadata = httpMetadata(jsonHeaders(JSON.stringify(answer)))
    // An object stays one.
    return { ok: true, output: JSON.stringify({ ...(pascal(answer) as object), ...metadata }) }
  } catch (error) {
    return serviceFailure({ kind: 'execution', pattern: '', callback: false, waits: false }, named(error))
  }
}

/** `aws-sdk:sfn:<action>`: PascalCase on both sides, whatever the API uses. */
export async function callItself(
  resource: Extract<TaskResource, { kind: 'service' }>,
  parameters: string,
  { operate }: CallAround,
): Promise<TaskOutcome> {
  const request = JSON.parse(parameters) as Record<string, unknown> // an object in a checked definition
  const camel = Object.entries(request).map(([name, value]) => [`${name[0]!.toLowerCase()}${name.slice(1)}`, value])
  try {
    const answer = await operate(capital(resource.action), Object.fromEntries(camel), null)
    return { ok: true, output: JSON.stringify(pascal(answer)) }
  } catch (error) {
    return serviceFailure(resource, named(error))
  }
}

/** Members in PascalCase; times, which the API gives in seconds, in milliseconds. */
export function pascal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pascal)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([name, item]) => [
    capital(name),
    /Date$/.test(name) && typeof item === 'number' ? Math.round(item * 1000) : pascal(item),
  ])
  return Object.fromEntries(members)
}

const capital = (name: string) => `${name[0]!.toUpperCase()}${name.slice(1)}`

/** An `ApiError` has AWS's name in `type`. */
function named(error: unknown): unknown {
  const { type, message } = error as { type?: string; message?: string } // ApiError, or a bug of ours
  return type === undefined ? error : { name: type, message }
}
