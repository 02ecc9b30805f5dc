/**
 * Calls any action of any AWS service whose endpoint is known, with the service's own SDK client. Invariant: a service without
 * an endpoint is never called, least of all on AWS.
 */
import { credentials } from '../settings.ts'
import { clientNameOf } from './client-names.ts'
import type { EndpointOf } from './endpoints.ts'
import { loadClient, type Operation, type ServiceClient, type ServiceModule } from './load-client.ts'
import { fromAnswer, toRequest } from './shapes.ts'

export type CallService = (service: string, action: string, args: unknown) => Promise<unknown>

export interface ActionCallerOptions {
  readonly endpointOf: EndpointOf
  /** What a task fails with that calls a service without an endpoint: a sentence that says which setting would serve it. */
  readonly refusal: (service: string) => string
  readonly region: string
  /** Whose `node_modules` are looked at first. */
  readonly projectDir: string
}

export interface ActionCaller {
  /** Rejects with the service's own exception, marked for `serviceFailure`; see the engine's port. */
  readonly call: CallService
  close(): void
}

interface Connection {
  readonly module: ServiceModule
  readonly client: ServiceClient
}

export function createActionCaller(options: ActionCallerOptions): ActionCaller {
  const connections = new Map<string, Connection>()
  return {
    async call(service, action, args) {
      const connection = connectionTo(service, options, connections)
      return send(connection, operationOf(connection.module, service, action), args)
    },
    close() {
      for (const { client } of connections.values()) client.destroy()
      connections.clear()
    },
  }
}

/** Sockets of one client: as many tasks as a Map starts at once, not the 50 that are the SDK's default. */
const maxSockets = 1_000

function connectionTo(
  service: string,
  { endpointOf, refusal, region, projectDir }: ActionCallerOptions,
  connections: Map<string, Connection>,
): Connection {
  const name = clientNameOf(service)
  const present = connections.get(name)
  if (present) return present
  const endpoint = endpointOf(service)
  if (endpoint === null) throw notServed(refusal(service))
  const module = loadClient(name, projectDir)
  if (!module) throw notServed(`Calling ${service} needs its SDK client: npm install @aws-sdk/client-${name}.`)
  const client = module.connect({
    endpoint,
    region,
    credentials,
    // Repeating is what a state's Retry says.
    maxAttempts: 1,
    requestHandler: { httpAgent: { maxSockets, keepAlive: true } },
    ...(name === 's3' ? { forcePathStyle: true } : {}),
  })
  const connection = { module, client }
  connections.set(name, connection)
  return connection
}

function operationOf(module: ServiceModule, service: string, action: string): Operation {
  const operation = module.operation(action)
  if (operation) return operation
  // The engine asks for a job that it waits for in this way, see port.ts.
  if (action.endsWith('.sync'))
    throw notServed(`Jobs of ${service} are not waited for here; answer ${action} yourself.`)
  throw Object.assign(new Error(`${service} has no action ${action}.`), { name: 'States.Runtime' })
}

const notServed = (message: string) => Object.assign(new Error(message), { name: 'NotServedLocally' })

async function send({ client, module }: Connection, operation: Operation, args: unknown): Promise<unknown> {
  const command = operation.command(toRequest(operation.request, args))
  const answer = await client.send(command).catch((error: Error & { $metadata?: { httpStatusCode?: number } }) => {
    throw marked(error, module)
  })
  const { $metadata: _, ...body } = answer as { $metadata?: unknown }
  return fromAnswer(operation.answer, body)
}

/** Without an answer of the service it is the client's error, by the name that AWS gives it. */
function marked(error: Error & { $metadata?: { httpStatusCode?: number } }, module: ServiceModule): Error {
  const service = javaName(module.service)
  if (error.$metadata?.httpStatusCode !== undefined) {
    return Object.assign(error, { service, isModelled: module.hasException(error.name) })
  }
  const { code } = error as NodeJS.ErrnoException // errors of a socket have a code and may lack a message
  const message = `Unable to execute HTTP request: ${error.message || code}`
  return Object.assign(new Error(message), { name: 'SdkClientException', service })
}

/** Step Functions writes services as Java's SDK does: `SSM` is `Ssm`, `DynamoDB` is `DynamoDb`. */
function javaName(service: string): string {
  return service.replaceAll(
    /([A-Z])([A-Z]+)(?=[A-Z][a-z]|\d|$)/g,
    (_, first: string, rest: string) => first + rest.toLowerCase(),
  )
}
