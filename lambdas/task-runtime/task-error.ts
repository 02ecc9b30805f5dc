/** Turns whatever a handler threw into data for the record, and into an error that Step Functions can match. */
import type { TaskError } from '../../run-model/index.ts'

/** Keeps a record far below DynamoDB's 400 KB per item, all tries of a task included. The log has the whole text. */
const longestMessage = 4_000
const mostCauses = 5

/** Name, message and the chain of causes; never the stack. */
export function toTaskError(thrown: unknown): TaskError {
  return { ...nameAndMessage(thrown), causes: causesOf(thrown).map(nameAndMessage) }
}

/** The thrown error itself, or one that carries the thrown value: Lambda reports `name` only of real errors. */
export const toError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(nameAndMessage(thrown).message)

function causesOf(thrown: unknown): readonly unknown[] {
  const causes: unknown[] = []
  for (let cause = causeOf(thrown); cause !== undefined && causes.length < mostCauses; cause = causeOf(cause)) {
    causes.push(cause)
  }
  return causes
}

const causeOf = (thrown: unknown): unknown => (thrown instanceof Error ? thrown.cause : undefined)

function nameAndMessage(thrown: unknown): { name: string; message: string } {
  if (thrown instanceof Error) return { name: String(thrown.name), message: shorten(String(thrown.message)) }
  return { name: 'Error', message: shorten(`The handler threw ${describe(thrown)}, which is not an Error.`) }
}

/** Never throws: a value that cannot be printed must not hide that something was thrown. */
function describe(thrown: unknown): string {
  try {
    return typeof thrown === 'string' ? JSON.stringify(thrown) : (JSON.stringify(thrown) ?? String(thrown))
  } catch {
    return `a ${typeof thrown}`
  }
}

const shorten = (text: string): string =>
  text.length <= longestMessage ? text : `${text.slice(0, longestMessage)}… (${text.length} characters)`
