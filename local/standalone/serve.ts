/**
 * The local Step Functions by itself, for state machines that no DAG made: tasks call what the settings name, over AWS's wire
 * protocols. Invariant: one process per data folder, and nothing is sent to AWS.
 */
import { dirname, join } from 'node:path'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { createActionCaller } from '../aws-sdk/call-action.ts'
import { endpointSettingOf } from '../aws-sdk/client-names.ts'
import { type EndpointOf, endpointsOf } from '../aws-sdk/endpoints.ts'
import { realClock } from '../clock.ts'
import { credentials } from '../settings.ts'
import { openFolder } from '../state-folder.ts'
import { type LambdaOutcome, type StatusChange, startStepFunctions } from '../step-functions/index.ts'
import { readWorldFile } from '../world-file.ts'
import { takeLock } from '../world-lock.ts'
import { dataFolderInUse, portInUse, portNotAllowed } from '../world-problems.ts'
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
  /** Whose `node_modules` hold the SDK clients of services beyond those that stepdag brings. */
  readonly projectDir: string
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
  const clients = openClients(endpointOf, options)
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

function openClients(endpointOf: EndpointOf, { region, projectDir }: StandaloneOptions) {
  const lambda = new LambdaClient({
    endpoint: endpointOf('lambda') ?? 'http://127.0.0.1:1',
    region,
    credentials,
    requestHandler: { httpAgent: { maxSockets, keepAlive: true } },
    maxAttempts: 1,
  })
  const invoke = invokeOverWire(lambda)
  const actions = createActionCaller({ endpointOf, refusal: nothingStandsInFor, region, projectDir })
  return {
    invokeLambda: async (target: string, payload: string): Promise<LambdaOutcome> =>
      endpointOf('lambda') === null
        ? { ok: false, error: 'Lambda.NotServedLocally', cause: nothingStandsInFor('lambda') }
        : invoke(target, payload),
    callService: actions.call,
    close: () => {
      lambda.destroy()
      actions.close()
    },
  }
}

function nothingStandsInFor(service: string): string {
  const option = ['lambda', 'dynamodb', 's3'].includes(service) ? `--${service}-endpoint or ` : ''
  return `Nothing stands in for ${service}: start stepdag step-functions with ${option}${endpointSettingOf(service)}.`
}

/** The port is the user's to change; anything else stays the error it was. */
function asProblem(error: unknown, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException // Node's errors of a listening socket have a code
  if (code === 'EADDRINUSE') return portInUse(port)
  return code === 'EACCES' ? portNotAllowed(port) : error
}
