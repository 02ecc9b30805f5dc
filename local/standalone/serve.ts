/**
 * The local Step Functions by itself, for state machines that no DAG made: tasks call what the settings name, over AWS's wire
 * protocols. Invariant: one process per data folder, and nothing is sent to AWS.
 */
import { dirname, join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { S3Client } from '@aws-sdk/client-s3'
import { callService } from '../call-service.ts'
import { realClock } from '../clock.ts'
import type { CallService } from '../dynamodb/call-dynamodb.ts'
import { credentials } from '../settings.ts'
import { openFolder } from '../state-folder.ts'
import { type LambdaOutcome, type StatusChange, startStepFunctions } from '../step-functions/index.ts'
import { readWorldFile } from '../world-file.ts'
import { takeLock } from '../world-lock.ts'
import { dataFolderInUse, portInUse, portNotAllowed } from '../world-problems.ts'
import { type EndpointOf, endpointsOf, notConfigured } from './endpoints.ts'
import { invokeOverWire } from './invoke-over-wire.ts'

export interface StandaloneOptions {
  /** On 127.0.0.1; 0 takes a free one. */
  readonly port: number
  /** Absolute path; null keeps everything in memory. */
  readonly dataDir: string | null
  readonly region: string
  readonly accountId: string
  /** By service: `lambda`, `dynamodb`, `s3`. */
  readonly endpoints: Readonly<Record<string, string | undefined>>
  /** The environment of the process, for `AWS_ENDPOINT_URL_<SERVICE>`. */
  readonly around: Readonly<Record<string, string | undefined>>
  readonly onStatusChange: (change: StatusChange) => void
  readonly onNotice: (notice: { readonly what: string; readonly fix: string }) => void
}

export interface StandaloneServer {
  readonly endpoint: string
  /** By service, of those that tasks of the usual kinds call; null: nothing stands in for it. */
  readonly services: Readonly<Record<'lambda' | 'dynamodb' | 's3', string | null>>
  close(): Promise<void>
}

/** @throws WorldProblem when the port is taken, or the folder is in use or cannot be written */
export async function serveStandalone(options: StandaloneOptions): Promise<StandaloneServer> {
  const { port, dataDir, region, accountId, onStatusChange, onNotice } = options
  const endpointOf = endpointsOf(options.endpoints, options.around)
  const release = dataDir === null ? () => {} : lockFolder(dataDir)
  const clients = openClients(endpointOf, region)
  try {
    const server = await startStepFunctions({
      port,
      dataDir,
      region,
      accountId,
      onStatusChange,
      onNotice,
      clock: realClock,
      invokeLambda: clients.invokeLambda,
      callService: clients.callService,
    })
    const services = { lambda: endpointOf('lambda'), dynamodb: endpointOf('dynamodb'), s3: endpointOf('s3') }
    return {
      endpoint: server.endpoint,
      services,
      async close() {
        await server.close()
        clients.close()
        release()
      },
    }
  } catch (error) {
    clients.close()
    release()
    throw asProblem(error, port)
  }
}

/** A running world's own folder is as much in use as one of another standalone server. */
function lockFolder(dataDir: string): () => void {
  openFolder(dataDir, '--data')
  const world = readWorldFile(dirname(dataDir))
  if (world) throw dataFolderInUse(dataDir, world.pid)
  return takeLock(join(dataDir, 'step-functions.lock'), ({ pid }) => dataFolderInUse(dataDir, pid))
}

/** Sockets of one client: as many tasks as a Map starts at once, not the 50 that are the SDK's default. */
const maxSockets = 1_000

function openClients(endpointOf: EndpointOf, region: string) {
  const settings = (service: string) => ({
    endpoint: endpointOf(service) ?? 'http://127.0.0.1:1',
    region,
    credentials,
    requestHandler: { httpAgent: { maxSockets, keepAlive: true } },
  })
  const lambda = new LambdaClient({ ...settings('lambda'), maxAttempts: 1 })
  const dynamodb = new DynamoDBClient(settings('dynamodb'))
  const s3 = new S3Client({ ...settings('s3'), forcePathStyle: true })
  const invoke = invokeOverWire(lambda)
  const call = callService({ dynamodb, s3 })
  return {
    invokeLambda: async (target: string, payload: string): Promise<LambdaOutcome> =>
      endpointOf('lambda') === null
        ? { ok: false, error: 'Lambda.NotServedLocally', cause: notConfigured('lambda') }
        : invoke(target, payload),
    callService: onlyConfigured(endpointOf, call),
    close: () => [lambda, dynamodb, s3].map((client) => client.destroy()),
  }
}

function onlyConfigured(endpointOf: EndpointOf, call: CallService): CallService {
  return async (service, action, args) => {
    if (endpointOf(service) !== null) return call(service, action, args)
    throw Object.assign(new Error(notConfigured(service)), { name: 'NotServedLocally' })
  }
}

/** The port is the user's to change; anything else stays the error it was. */
function asProblem(error: unknown, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException // Node's errors of a listening socket have a code
  if (code === 'EADDRINUSE') return portInUse(port)
  return code === 'EACCES' ? portNotAllowed(port) : error
}
