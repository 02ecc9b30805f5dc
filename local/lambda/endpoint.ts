/** Lambda's `Invoke` over HTTP, for the real SDK client: RequestResponse, Event and DryRun. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { LoopbackServer } from '../http/loopback-server.ts'
import { serveLoopback } from '../http/loopback-server.ts'
import type { LambdaOutcome } from '../step-functions/port.ts'
import { type AsynchronousInvoker, TooManyEvents } from './asynchronous-invoker.ts'
import type { FunctionVersion } from './function-version.ts'
import { parseFunctionAddress } from './function-version.ts'
import type { LambdaService } from './lambda-service.ts'

/** Lambda's quotas on an event: synchronous and asynchronous. */
const maxEventBytes = { RequestResponse: 6_291_456, DryRun: 6_291_456, Event: 1_048_576 }
type InvocationType = keyof typeof maxEventBytes

export interface LambdaEndpointOptions {
  readonly lambda: LambdaService
  /** Returns when the event is safe on disk. */
  readonly accept: AsynchronousInvoker['accept']
}

export function serveLambdaEndpoint(options: LambdaEndpointOptions): Promise<LoopbackServer> {
  return serveLoopback((request, response) => {
    answer(options, request, response).catch((error: Error) =>
      refuse(response, 500, 'ServiceException', `stepdag's local Lambda failed, please report: ${error.message}`),
    )
  })
}

async function answer({ lambda, accept }: LambdaEndpointOptions, request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const encodedName = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(url.pathname)?.[1]
  if (request.method !== 'POST' || encodedName === undefined) {
    return refuse(response, 404, 'ResourceNotFoundException', 'The local Lambda offers Invoke only.')
  }
  const type = invocationType(request)
  if (!type) return refuse(response, 400, 'InvalidParameterValueException', 'Unknown invocation type.')
  const payload = (await buffer(request)).toString('utf8') || '{}'
  if (Buffer.byteLength(payload) > maxEventBytes[type]) {
    const words = `${Buffer.byteLength(payload)} byte payload is too large for the ${type} invocation type (limit ${maxEventBytes[type]} bytes)`
    return refuse(response, 413, 'RequestTooLargeException', words)
  }
  if (!isJson(payload)) return refuse(response, 400, 'InvalidRequestContentException', 'The event is not JSON.')
  const address = addressOf(decodeURIComponent(encodedName), url.searchParams.get('Qualifier'))
  const version = lambda.functions.find(address)
  if (!version) {
    return refuse(response, 404, 'ResourceNotFoundException', `Function not found: ${decodeURIComponent(encodedName)}`)
  }
  if (type === 'DryRun') return response.writeHead(204).end()
  if (type === 'RequestResponse') return respond(response, version, await lambda.invoke(address, payload))
  try {
    accept(address, payload)
  } catch (error) {
    if (!(error instanceof TooManyEvents)) throw error
    return refuse(response, 429, 'TooManyRequestsException', error.message)
  }
  response.writeHead(202, { 'x-amz-executed-version': version.version }).end()
}

function invocationType(request: IncomingMessage): InvocationType | null {
  const named = request.headers['x-amz-invocation-type'] ?? 'RequestResponse'
  return named === 'RequestResponse' || named === 'Event' || named === 'DryRun' ? named : null
}

function addressOf(name: string, qualifier: string | null): string {
  const parsed = parseFunctionAddress(name)
  const version = qualifier ?? parsed.qualifier
  return version === null ? parsed.name : `${parsed.name}:${version}`
}

function respond(response: ServerResponse, version: FunctionVersion, outcome: LambdaOutcome): void {
  const headers = { 'content-type': 'application/json', 'x-amz-executed-version': version.version }
  if (outcome.ok) response.writeHead(200, headers).end(outcome.payload)
  else response.writeHead(200, { ...headers, 'x-amz-function-error': 'Unhandled' }).end(outcome.cause)
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': code })
  response.end(JSON.stringify({ Type: status < 500 ? 'User' : 'Service', Message: message, message }))
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
