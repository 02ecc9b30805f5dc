/** Lambda tasks over Lambda's own wire protocol: any server that speaks it will do. Invariant: never rejects. */
import { randomUUID } from 'node:crypto'
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda'
import type { LambdaOutcome } from '../step-functions/index.ts'

/** @param client makes one attempt: repeating is what a state's Retry says */
export function invokeOverWire(client: LambdaClient): (target: string, payload: string) => Promise<LambdaOutcome> {
  return async (target, payload) => {
    const { name, qualifier } = addressOf(target)
    try {
      const { FunctionError, Payload } = await client.send(
        new InvokeCommand({ FunctionName: name, Payload: payload, ...(qualifier ? { Qualifier: qualifier } : {}) }),
      )
      const text = Payload?.transformToString() ?? ''
      return FunctionError === undefined ? { ok: true, payload: text } : functionFailure(text)
    } catch (error) {
      return callFailure(error)
    }
  }
}

/** `name:version` is the engine's form; Lambda wants the version apart. In an ARN it may stay. */
function addressOf(target: string): { readonly name: string; readonly qualifier: string | null } {
  const [name = target, qualifier] = target.split(':')
  return name === 'arn' ? { name: target, qualifier: null } : { name, qualifier: qualifier ?? null }
}

/** A function that threw: the error goes by its own name, and the whole answer is the cause. */
function functionFailure(text: string): LambdaOutcome {
  return { ok: false, error: errorType(text) ?? 'Lambda.Unknown', cause: text }
}

function errorType(text: string): string | null {
  try {
    const { errorType: type } = JSON.parse(text) as { errorType?: unknown } // what every Lambda runtime answers
    return typeof type === 'string' ? type : null
  } catch {
    return null
  }
}

/** The function was not run: `Lambda.<exception>`, or the name AWS gives a connection that does not work. */
function callFailure(error: unknown): LambdaOutcome {
  const { name, message, code, $metadata } = error as {
    name?: string
    message?: string
    code?: string
    $metadata?: { httpStatusCode?: number; requestId?: string }
  } // SDK exceptions, or Node's errors of a socket
  const status = $metadata?.httpStatusCode
  if (status === undefined) {
    return {
      ok: false,
      error: 'Lambda.SdkClientException',
      cause: `Unable to execute HTTP request: ${message || code}`,
    }
  }
  const cause = `${message} (Service: Lambda, Status Code: ${status}, Request ID: ${$metadata?.requestId ?? randomUUID()})`
  return { ok: false, error: `Lambda.${name}`, cause }
}
