/**
 * The servers of the local world, each a stand-in for one AWS service: started in the order in which they need one
 * another, closed in the reverse. Nothing in here knows DAGs.
 */
import { randomUUID } from 'node:crypto'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { S3Client } from '@aws-sdk/client-s3'
import { SFNClient } from '@aws-sdk/client-sfn'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { createRunStore } from '../lambdas/store/index.ts'
import type { RunStore } from '../run-model/index.ts'
import { createActionCaller } from './aws-sdk/call-action.ts'
import { clientNameOf, endpointSettingOf } from './aws-sdk/client-names.ts'
import { type EndpointOf, endpointsOf } from './aws-sdk/endpoints.ts'
import { type Clock, pause, realClock } from './clock.ts'
import type { Closers } from './closers.ts'
import { ensureRunTable } from './dynamodb/run-table.ts'
import { startDynamoDb } from './dynamodb/start-dynamodb.ts'
import { functionEnvironment } from './function-environment.ts'
import { type AsynchronousInvoker, createAsynchronousInvoker } from './lambda/asynchronous-invoker.ts'
import { serveLambdaEndpoint } from './lambda/endpoint.ts'
import { openEventFiles } from './lambda/event-files.ts'
import type { FunctionVersion } from './lambda/function-version.ts'
import { createLambdaService, type FunctionLine, type LambdaService } from './lambda/lambda-service.ts'
import { serveMessages } from './messages/endpoint.ts'
import { serveS3 } from './s3/endpoint.ts'
import { bucket, credentials, defaultTaskWorkers, names, place, platformWorkers } from './settings.ts'
import type { StateFolder } from './state-folder.ts'
import { type LambdaOutcome, type StatusChange, startStepFunctions } from './step-functions/index.ts'
import type { World } from './world.ts'

export interface PlatformOptions {
  readonly folder: StateFolder
  /** Whose `node_modules` hold the SDK clients of services that state machines call beyond ours. */
  readonly projectDir: string
  readonly clock: Clock
  /** The environment of the world's own process, for what is passed on to tasks. */
  readonly around: Readonly<Record<string, string | undefined>>
  /** False: no due tick becomes a run. */
  readonly schedules: boolean
  readonly onLine: (line: FunctionLine) => void
  readonly onNotice: (notice: { readonly what: string; readonly fix: string | null }) => void
  /** The run table's files cannot be read: nothing can be recorded any more. */
  readonly onTableLost: (error: Error) => void
  readonly onStatusChange: (change: StatusChange) => void
  /** What state machines invoke waits for this: functions are known only after the project is compiled. */
  readonly functionsReady: Promise<void>
}

export interface Platform {
  readonly endpoints: World['endpoints']
  readonly dynamodb: DynamoDBClient
  readonly s3: S3Client
  readonly stepFunctions: SFNClient
  readonly store: RunStore
  readonly lambda: LambdaService
  readonly asynchronous: AsynchronousInvoker
  readonly environment: FunctionVersion['environment']
  /** Lets invocations in flight end, at most this long; state machines begin no new ones. */
  drain(limitMs: number): Promise<void>
}

export async function startPlatform(options: PlatformOptions, closers: Closers): Promise<Platform> {
  const { folder, clock } = options
  const leaseEpoch = randomUUID()
  const gate = { draining: false }
  // Filled below, before any worker starts: a worker reads it when it begins.
  const found: { endpoints: World['endpoints'] | null } = { endpoints: null }
  const environment = () => {
    if (!found.endpoints) throw new Error('a function was started before the endpoints were known')
    return functionEnvironment({
      endpoints: found.endpoints,
      leaseEpoch,
      schedules: options.schedules,
      around: options.around,
    })
  }

  const lambda = createLambdaService({
    ...place,
    maxTaskWorkers: defaultTaskWorkers,
    maxPlatformWorkers: platformWorkers,
    onLine: options.onLine,
  })
  const asynchronous = createAsynchronousInvoker({
    clock,
    place,
    lambda,
    files: openEventFiles(folder.events, clock.now, noticeDamage(options)),
    onGivenUp: noticeGivenUp(options),
  })
  void options.functionsReady.then(() => asynchronous.start())
  const s3Server = await closing(closers, serveS3(folder.objects, [bucket]))
  const lambdaServer = await closing(closers, serveLambdaEndpoint({ lambda, accept: asynchronous.accept }))
  const dynamodbServer = await closing(
    closers,
    startDynamoDb({ dataDir: folder.dynamodb, ...place, onLost: options.onTableLost }),
  )
  const dynamodb = new DynamoDBClient({ endpoint: dynamodbServer.url, region: place.region, credentials })
  const s3 = new S3Client({ endpoint: s3Server.url, region: place.region, credentials })
  closers.add(() => [dynamodb, s3].map((client) => client.destroy()))
  await ensureRunTable(dynamodb, names.table, folder.dynamodb)
  closers.add(() => lambda.close())
  closers.add(() => asynchronous.close())

  const messages = await closing(closers, serveMessages({ folder: folder.messages, clock, ...place }))
  const served = { dynamodb: dynamodbServer.url, s3: s3Server.url, lambda: lambdaServer.url }
  const actions = createActionCaller({
    endpointOf: withMessages(endpointsOf(served, options.around), messages.url),
    refusal: nothingStandsInFor,
    region: place.region,
    projectDir: options.projectDir,
  })
  closers.add(async () => actions.close())
  const machines = await closing(
    closers,
    startStepFunctions({
      ...place,
      clock,
      dataDir: folder.executions,
      invokeLambda: invokeUnless(gate, options.functionsReady, lambda.invoke),
      callService: actions.call,
      onStatusChange: options.onStatusChange,
      onNotice: options.onNotice,
    }),
  )
  const stepFunctions = new SFNClient({ endpoint: machines.endpoint, region: place.region, credentials })
  closers.add(() => stepFunctions.destroy())
  found.endpoints = { stepFunctions: machines.endpoint, ...served, messages: messages.url }
  const store = createRunStore({ dynamodb: DynamoDBDocumentClient.from(dynamodb), s3, table: names.table, bucket })
  const drain = async (limitMs: number) => {
    gate.draining = true
    asynchronous.hold()
    await untilIdle(lambda, limitMs)
  }
  return { endpoints: found.endpoints, dynamodb, s3, stepFunctions, store, lambda, asynchronous, environment, drain }
}

async function closing<T extends { close(): Promise<void> }>(closers: Closers, opening: Promise<T>): Promise<T> {
  const opened = await opening
  closers.add(() => opened.close())
  return opened
}

/**
 * While the world drains, a machine's call is neither made nor answered: at the next start it counts as interrupted, as
 * after a power cut, and is repeated.
 */
function invokeUnless(
  gate: { readonly draining: boolean },
  ready: Promise<void>,
  invoke: LambdaService['invoke'],
): LambdaService['invoke'] {
  return async (address, payload) => {
    await ready
    if (gate.draining) await new Promise<never>(() => {})
    return invoke(address, payload)
  }
}

const lookEveryMs = 20

async function untilIdle(lambda: LambdaService, limitMs: number): Promise<void> {
  const giveUpAtMs = realClock.now() + limitMs
  while (lambda.load() > 0 && realClock.now() < giveUpAtMs) await pause(realClock, lookEveryMs)
}

function noticeGivenUp({ onNotice }: PlatformOptions) {
  return (functionName: string, { error, cause }: LambdaOutcome & { readonly ok: false }) =>
    onNotice({
      what: `${functionName} could not take an event (${error}): ${cause.slice(0, 500)}`,
      fix: 'the sweep every minute repeats what it had to do; if this notice repeats, please report it',
    })
}

function noticeDamage({ onNotice }: PlatformOptions) {
  return (file: string) =>
    onNotice({
      what: `an event that an earlier world accepted cannot be read: ${file}`,
      fix: 'the task that it was for starts within an hour, when its state asks again; then remove the file',
    })
}

/** What the developer names for a service comes before our own queues, topics and bus. */
function withMessages(named: EndpointOf, url: string): EndpointOf {
  return (service) => named(service) ?? (['sqs', 'sns', 'eventbridge'].includes(clientNameOf(service)) ? url : null)
}

function nothingStandsInFor(service: string): string {
  return `Nothing stands in for ${service} in the local world: start it with ${endpointSettingOf(service)}=<the URL of a server that speaks its API>.`
}
