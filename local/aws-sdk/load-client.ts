/** Finds the SDK client of a service: in the user's project first, then among our own dependencies. Loaded once, when first called. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { ShapeRef } from './shapes.ts'

export interface ServiceModule {
  /** As AWS's SDKs for JavaScript write the service, e.g. `SecretsManager`. */
  readonly service: string
  readonly connect: (settings: object) => ServiceClient
  /** By name, in any case; null when the service has no such operation. */
  operation(action: string): Operation | null
  /** Whether the service's model names an exception. */
  hasException(name: string): boolean
}

export interface ServiceClient {
  send(command: object): Promise<object>
  destroy(): void
}

export interface Operation {
  readonly command: (request: unknown) => object
  readonly request: ShapeRef
  readonly answer: ShapeRef
}

/** @returns null when the package is not installed */
export function loadClient(clientName: string, projectDir: string): ServiceModule | null {
  const found = required(`@aws-sdk/client-${clientName}`, [join(projectDir, 'package.json'), import.meta.url])
  return found === null ? null : serviceModule(found)
}

type Exports = Readonly<Record<string, unknown>>

function required(packageName: string, from: readonly string[]): Exports | null {
  for (const place of from) {
    try {
      return createRequire(place)(packageName) as Exports // a module's exports are an object
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error // Node's loader throws Errors
    }
  }
  return null
}

// The SDK's own contract: one `…Client` class, one `…Command` class per operation.
type Constructor<T> = new (argument: unknown) => T

function serviceModule(exports: Exports): ServiceModule {
  const client = Object.keys(exports).find((name) => /^[A-Z]\w*Client$/.test(name))
  if (client === undefined) throw new Error('an @aws-sdk/client-… package without a client class')
  const commands = new Map(
    Object.keys(exports)
      .filter((name) => name.endsWith('Command'))
      .map((name) => [name.toLowerCase(), name]),
  )
  return {
    service: client.slice(0, -'Client'.length),
    connect: (settings) => new (exports[client] as Constructor<ServiceClient>)(settings),
    operation(action) {
      const name = commands.get(`${action}Command`.toLowerCase())
      return name === undefined ? null : operationOf(exports[name] as Constructor<object>)
    },
    hasException: (name) => [name, `${name}Exception`].some((one) => typeof exports[one] === 'function'),
  }
}

/** A command carries its operation's model: a tuple whose last members are the shapes of request and answer. */
function operationOf(Command: Constructor<object>): Operation {
  const command = (request: unknown) => new Command(request)
  const { schema } = command({}) as { schema?: readonly unknown[] }
  if (!schema) throw new Error('the SDK client is older than the models that this needs; install its newest version')
  return { command, request: schema[4] as ShapeRef, answer: schema[5] as ShapeRef }
}
