/** Members of a TestState request beside the state itself. */
import { isDistributed } from '../../definition/machine.ts'
import type { TaskOutcome } from '../../execution/entry.ts'
import { ApiError, optionalText, type Request } from '../api-error.ts'
import type { Tested } from './read-tested.ts'

/** What answers in the place of the state's work; null when nothing does. */
export function readMock(given: unknown): TaskOutcome | null {
  if (typeof given !== 'object' || given === null) return null
  const { result, errorOutput } = given as { result?: unknown; errorOutput?: unknown } // members of the service model
  if ((result === undefined) === (errorOutput === undefined))
    throw new ApiError('ValidationException', 'A test mock must have either result or errorOutput, and not both')
  if (errorOutput !== undefined) {
    const { error = '', cause = '' } = Object(errorOutput) as { error?: string; cause?: string } // as above
    return { ok: false, error, cause }
  }
  try {
    JSON.parse(String(result))
    return { ok: true, output: String(result) }
  } catch {
    throw new ApiError('ValidationException', 'Mocked result must be valid JSON')
  }
}

/** AWS tests these with a mock only. */
export function refuseWithoutMock({ state }: Tested): void {
  const pattern = /\.(?:sync(?::2)?|waitForTaskToken)$|:activity:.*/.exec(String(state.Resource))?.[0]
  const what =
    state.Type === 'Task'
      ? pattern && `Integration pattern '${pattern}'`
      : needsMock.has(String(state.Type)) && `State type '${state.Type}'`
  if (what)
    throw new ApiError(
      'InvalidDefinition',
      `${what}${isDistributed(state) ? ' in DISTRIBUTED mode' : ''} is not supported when a mock is not specified`,
    )
}

const needsMock = new Set(['Map', 'Parallel'])

/** A member that holds a JSON object as text. */
export function objectOf(request: Request, member: string): Readonly<Record<string, unknown>> | null {
  const text = optionalText(request, member)
  if (text === null) return null
  try {
    const json: unknown = JSON.parse(text)
    if (typeof json === 'object' && json !== null && !Array.isArray(json))
      return json as Readonly<Record<string, unknown>> // narrowed by hand
  } catch {
    // answered below
  }
  throw new ApiError('ValidationException', `Value at '${member}' must be a JSON object`)
}
