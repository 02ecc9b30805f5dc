/** Calls of functions: `lambda:invoke`, and a function ARN as Resource. Invariant: never rejects. */
import { randomUUID } from 'node:crypto'
import type { TaskOutcome } from '../execution/entry.ts'
import type { StepFunctionsOptions } from '../port.ts'
import { httpMetadata } from './metadata.ts'

/** A function ARN as Resource: the bare answer is the result. */
export async function callFunction(
  arn: string,
  payload: string,
  { invokeLambda }: StepFunctionsOptions,
): Promise<TaskOutcome> {
  const outcome = await invokeLambda(arn, payload)
  return outcome.ok ? { ok: true, output: jsonOrString(outcome.payload) } : outcome
}

/** `lambda:invoke`: the answer in `Payload`, beside what the Invoke API says (recorded shape). */
export async function invoke(parameters: string, { invokeLambda }: StepFunctionsOptions): Promise<TaskOutcome> {
  const { FunctionName, Payload, Qualifier } = JSON.parse(parameters) as Record<string, unknown> // Arguments are an object in a checked definition
  if (typeof FunctionName !== 'string') {
    return { ok: false, error: 'States.Runtime', cause: "The field 'FunctionName' is required but was missing" }
  }
  const target = typeof Qualifier === 'string' ? `${FunctionName}:${Qualifier}` : FunctionName
  const outcome = await invokeLambda(target, JSON.stringify(Payload ?? {}))
  if (!outcome.ok) return outcome
  const payload = jsonOrString(outcome.payload)
  const version = versionOf(target)
  const rest = JSON.stringify({ ...httpMetadata(headers(payload, version)), StatusCode: 200 }).slice(1)
  return { ok: true, output: `{"ExecutedVersion":${JSON.stringify(version)},"Payload":${payload},${rest}` }
}

/** `…:function:name:version` → version; a bare name runs `$LATEST`. */
function versionOf(target: string): string {
  const parts = target.split(':')
  if (parts[0] !== 'arn') return parts[1] ?? '$LATEST'
  return parts[7] ?? '$LATEST'
}

function headers(payload: string, version: string): Record<string, string> {
  return {
    Connection: 'keep-alive',
    'Content-Length': String(Buffer.byteLength(payload)),
    'Content-Type': 'application/json',
    'X-Amz-Executed-Version': version,
    'x-amzn-Remapped-Content-Length': '0',
    'X-Amzn-Trace-Id': `root=1-${randomUUID()}`,
  }
}

/** A function may answer anything; what is not JSON becomes a JSON string, and no answer is null. */
function jsonOrString(text: string): string {
  if (text === '') return 'null'
  try {
    JSON.parse(text)
    return text
  } catch {
    return JSON.stringify(text)
  }
}
