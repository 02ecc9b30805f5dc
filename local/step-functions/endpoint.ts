/**
 * AWS's JSON 1.0 protocol over node:http, for any AWS SDK or the AWS CLI. Binds to 127.0.0.1 only, and refuses what a web page
 * could make a browser send.
 */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { ApiError, type Request } from './api/api-error.ts'
import type { StepFunctionsCore } from './core.ts'

/** A definition of 1 MB, escaped, with room for the rest; AWS refuses requests of that size too. */
const maxBodyBytes = 4 * 1024 * 1024

/** Takes connections at once; requests wait until `ready`, so that no caller sees half of what the disk holds. */
export function listen(core: Pick<StepFunctionsCore, 'call'>, port: number, ready: Promise<void>): Promise<Server> {
  const server = createServer((request, response) => {
    ready
      .then(() => answer(core, request))
      .then((body) => send(response, 200, body))
      .catch((error: unknown) => send(response, ...failure(error)))
  })
  server.keepAliveTimeout = 60_000
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

async function answer(core: Pick<StepFunctionsCore, 'call'>, request: IncomingMessage): Promise<object> {
  if (isForeign(request))
    throw new ApiError('AccessDeniedException', 'This server answers programs on this machine only')
  const target = String(request.headers['x-amz-target'] ?? '')
  const body = await read(request)
  return core.call(target.replace(/^AWSStepFunctions\./, ''), parse(body))
}

/**
 * Browsers name the page's origin, and a name that an attacker points at 127.0.0.1 shows in `Host`. `sync-` is what SDKs put
 * before the host for StartSyncExecution and TestState.
 */
function isForeign({ headers }: IncomingMessage): boolean {
  return headers.origin !== undefined || !ownHost.test(headers.host ?? '')
}

/** The whole of `.localhost` is this machine (RFC 6761). */
const ownHost = /^(127\.0\.0\.1|(sync-|([\w-]+\.)*)localhost|\[::1\])(:\d+)?$/

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of request) {
    const chunk = part as Buffer // no encoding is set on the request
    bytes += chunk.length
    if (bytes > maxBodyBytes)
      throw new ApiError('RequestTooLargeException', `a request has at most ${maxBodyBytes} bytes`)
    parts.push(chunk)
  }
  return Buffer.concat(parts).toString('utf8')
}

function parse(body: string): Request {
  try {
    const json: unknown = JSON.parse(body === '' ? '{}' : body)
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Request // narrowed by hand
  } catch {
    // answered below
  }
  throw new ApiError('SerializationException', 'the request body is not a JSON object')
}

function failure(error: unknown): [number, object] {
  if (error instanceof ApiError) return [400, { __type: error.type, message: error.message }]
  if (isDiskRefusal(error)) return [500, { __type: 'InternalFailure', message: `Nothing was done: ${error.message}.` }]
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return [500, { __type: 'InternalFailure', message: `The local Step Functions failed; please report: ${message}` }]
}

/** The user's to mend, and a client's to try again. */
function isDiskRefusal(error: unknown): error is Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return ['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EACCES', 'EMFILE', 'EIO'].includes(code)
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(text),
    'x-amzn-requestid': randomUUID(),
  })
  response.end(text)
}
