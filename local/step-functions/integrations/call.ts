/** Makes the call of a scheduled task and shapes its answer as AWS's integration does. Invariant: never rejects. */
import { randomUUID } from 'node:crypto'
import type { TaskResource } from '../definition/resource.ts'
import type { StartedBy, TaskOutcome } from '../execution/entry.ts'
import type { StepFunctionsOptions } from '../port.ts'
import { serviceFailure } from './error-names.ts'
import { callItself, startChild } from './step-functions.ts'

/** An operation of this Step Functions; `startedBy` marks an execution that a task starts. Rejects with an `ApiError`. */
export type Operate = (
  operation: string,
  request: Readonly<Record<string, unknown>>,
  startedBy: StartedBy | null,
) => Promise<object>

export interface CallAround {
  readonly options: StepFunctionsOptions
  readonly operate: Operate
  readonly startedBy: StartedBy
}

export async function call(resource: TaskResource, parameters: string, around: CallAround): Promise<TaskOutcome> {
  const { options } = around
  if (resource.kind === 'function') return callFunction(resource.arn, parameters, options)
  if (resource.kind === 'lambda') return invoke(parameters, options)
  if (resource.kind === 'execution') return startChild(parameters, around)
  if (resource.service === 'sfn') return callItself(resource, parameters, around)
  try {
    const args = resource.sdk ? JSON.parse(parameters) : withTexts(JSON.parse(parameters))
    const answer = await options.callService(
      resource.service,
      `${resource.action}${resource.waits ? '.sync' : ''}`,
      args,
    )
    return { ok: true, output: JSON.stringify(withoutMetadata(answer)) }
  } catch (error) {
    return serviceFailure(resource, error)
  }
}

/** The text of an object in S3. */
export async function readObject(parameters: string, { callService }: StepFunctionsOptions): Promise<TaskOutcome> {
  try {
    const answer = await callService('s3', 'getObject', JSON.parse(parameters))
    const { Body } = answer as { Body?: unknown } // GetObject's answer, see port.ts
    return { ok: true, output: typeof Body === 'string' ? Body : '' }
  } catch (error) {
    return serviceFailure(
      { kind: 'service', service: 's3', action: 'getObject', sdk: true, callback: false, waits: false },
      error,
    )
  }
}

/** A function ARN as Resource: the bare answer is the result. */
async function callFunction(
  arn: string,
  payload: string,
  { invokeLambda }: StepFunctionsOptions,
): Promise<TaskOutcome> {
  const outcome = await invokeLambda(arn, payload)
  return outcome.ok ? { ok: true, output: jsonOrString(outcome.payload) } : outcome
}

/** `lambda:invoke`: the answer in `Payload`, beside what the Invoke API says (recorded shape). */
async function invoke(parameters: string, { invokeLambda }: StepFunctionsOptions): Promise<TaskOutcome> {
  const { FunctionName, Payload, Qualifier } = JSON.parse(parameters) as Record<string, unknown> // Arguments are an object in a checked definition
  if (typeof FunctionName !== 'string') {
    return { ok: false, error: 'States.Runtime', cause: "The field 'FunctionName' is required but was missing" }
  }
  const target = typeof Qualifier === 'string' ? `${FunctionName}:${Qualifier}` : FunctionName
  const outcome = await invokeLambda(target, JSON.stringify(Payload ?? {}))
  if (!outcome.ok) return outcome
  const payload = jsonOrString(outcome.payload)
  const rest = JSON.stringify(metadata(Buffer.byteLength(payload), versionOf(target))).slice(1)
  return { ok: true, output: `{"ExecutedVersion":${JSON.stringify(versionOf(target))},"Payload":${payload},${rest}` }
}

/** `…:function:name:version` → version; a bare name runs `$LATEST`. */
function versionOf(target: string): string {
  const parts = target.split(':')
  if (parts[0] !== 'arn') return parts[1] ?? '$LATEST'
  return parts[7] ?? '$LATEST'
}

function metadata(bytes: number, version: string): Record<string, unknown> {
  const requestId = randomUUID()
  const headers: Record<string, string> = {
    Connection: 'keep-alive',
    'Content-Length': String(bytes),
    'Content-Type': 'application/json',
    Date: new Date().toUTCString(),
    'X-Amz-Executed-Version': version,
    'x-amzn-Remapped-Content-Length': '0',
    'x-amzn-RequestId': requestId,
    'X-Amzn-Trace-Id': `root=1-${requestId}`,
  }
  return {
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      HttpHeaders: headers,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: requestId },
    StatusCode: 200,
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

/** The optimized integrations of SNS, SQS and EventBridge take JSON where the service takes text. */
function withTexts(args: unknown): unknown {
  if (typeof args !== 'object' || args === null) return args
  const texts = Object.entries(args).map(([name, value]) => {
    if (name === 'Entries' && Array.isArray(value)) return [name, value.map(withTexts)]
    const isText = ['Message', 'MessageBody', 'Detail'].includes(name) && typeof value !== 'string'
    return [name, isText ? JSON.stringify(value) : value]
  })
  return Object.fromEntries(texts)
}

function withoutMetadata(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return answer ?? {}
  return Object.fromEntries(Object.entries(answer).filter(([key]) => key !== '$metadata'))
}
