/**
 * SQS, SNS and EventBridge on one port of 127.0.0.1, each in its own wire protocol, so that unmodified SDK clients send and
 * receive: for messages with task tokens and for events of state machines (decision 0191).
 */
import { randomUUID } from 'node:crypto'
import { appendFileSync, mkdirSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Clock } from '../clock.ts'
import { type LoopbackServer, serveLoopback } from '../http/loopback-server.ts'
import { eventBridgeOperations } from './event-bridge.ts'
import { MessageError, type Request } from './message-error.ts'
import { openQueues } from './queues.ts'
import { type SnsAnswer, snsOperations } from './sns.ts'
import { sqsOperations } from './sqs.ts'
import { openSubscriptions } from './subscriptions.ts'

export interface MessagesOptions {
  /** `queues/`, `subscriptions.json`, and `events.jsonl`: every event that was put. */
  readonly folder: string
  readonly clock: Clock
  readonly region: string
  readonly accountId: string
}

export async function serveMessages({ folder, clock, region, accountId }: MessagesOptions): Promise<LoopbackServer> {
  mkdirSync(folder, { recursive: true })
  const queues = openQueues(join(folder, 'queues'), clock)
  const around = {
    queues,
    subscriptions: openSubscriptions(join(folder, 'subscriptions.json')),
    now: clock.now,
    region,
    accountId,
    onEvent: (event: object) => appendFileSync(join(folder, 'events.jsonl'), `${JSON.stringify(event)}\n`),
  }
  const server = await serveLoopback((request, response) => {
    const call = async () => {
      const body = await text(request)
      const target = String(request.headers['x-amz-target'] ?? '')
      const [service, operation] = target.split('.') as [string, string | undefined] // split gives one part at least
      if (service === 'AmazonSQS') {
        const serve = operationOf(sqsOperations, operation)
        return sendJson(response, 200, await serve({ ...around, url: server.url }, JSON.parse(body)))
      }
      if (service === 'AWSEvents') {
        return sendJson(response, 200, operationOf(eventBridgeOperations, operation)(around, JSON.parse(body)))
      }
      const form: Request = Object.fromEntries(new URLSearchParams(body))
      const action = String(form.Action)
      sendXml(response, 200, answerXml(action, operationOf(snsOperations, action)(around, form)))
    }
    call().catch((error: Error) => refuse(request, response, error))
  })
  return {
    ...server,
    close() {
      queues.close()
      return server.close()
    },
  }
}

function operationOf<T>(operations: Readonly<Record<string, T>>, name = ''): T {
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined
  if (operation) return operation
  const words = `The local world does not serve ${name || 'this'}; here are ${Object.keys(operations).join(', ')}.`
  throw new MessageError('InvalidAction', words)
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() })
  response.end(JSON.stringify(body))
}

function sendXml(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': randomUUID() }).end(body)
}

function refuse(request: IncomingMessage, response: ServerResponse, error: Error): void {
  const isTheirs = error instanceof MessageError || error instanceof SyntaxError
  const name = isTheirs ? error.name : 'InternalFailure'
  const message = isTheirs ? error.message : `stepdag's local messages failed, please report: ${error.message}`
  const status = isTheirs ? 400 : 500
  if (request.headers['x-amz-target'] !== undefined) {
    sendJson(response, status, { __type: name, message })
    return
  }
  const inner = `<Type>Sender</Type><Code>${name}</Code><Message>${escaped(message)}</Message>`
  sendXml(response, status, `<ErrorResponse><Error>${inner}</Error></ErrorResponse>`)
}

function answerXml(action: string, answer: SnsAnswer): string {
  const members = Object.entries(answer).map(([name, value]) =>
    typeof value === 'string' ? element(name, escaped(value)) : element(name, value.map(memberXml).join('')),
  )
  const metadata = element('ResponseMetadata', element('RequestId', randomUUID()))
  return element(`${action}Response`, element(`${action}Result`, members.join('')) + metadata)
}

const memberXml = (fields: Readonly<Record<string, string>>) =>
  element(
    'member',
    Object.entries(fields)
      .map(([name, value]) => element(name, escaped(value)))
      .join(''),
  )

const element = (name: string, inner: string) => `<${name}>${inner}</${name}>`

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const escaped = (value: string) => value.replaceAll(/[&<>]/g, (sign) => signs[sign] ?? sign)
