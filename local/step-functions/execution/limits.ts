/** AWS's size limits and the failures they cause. Source: "Service quotas", and recorded executions for the wording. */
import { StateFailure } from './evaluate.ts'

/** Input, output and result of a state or an execution, UTF-8 bytes of JSON. */
export const maxPayloadBytes = 262_144

/** All variables in sight, serialised. One Assign holds at most a payload. Source: AWS, "Passing data between states with variables". */
export const maxVariableBytes = 10 * 1_048_576

export function isOversized(text: string): boolean {
  // A UTF-16 unit takes at most 3 bytes of UTF-8, so short texts need no count.
  return text.length * 3 > maxPayloadBytes && Buffer.byteLength(text) > maxPayloadBytes
}

/** The input of a task, branch or iteration after its fields were evaluated. Source: AWS, "States.DataLimitExceeded". */
export function checkedInput(text: string, state: string): string {
  if (!isOversized(text)) return text
  const cause = `The input of the state '${state}' has a size exceeding the maximum number of bytes service limit.`
  throw new StateFailure('States.DataLimitExceeded', cause, null)
}

export function oversizedCause(what: string): string {
  return `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`
}
