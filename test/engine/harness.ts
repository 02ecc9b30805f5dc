/** A local Step Functions in virtual time, with fake functions and services, driven through the real SDK client. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn'
import { createVirtualClock, type VirtualClock } from '../../local/clock.ts'
import {
  type LambdaOutcome,
  type StatusChange,
  type StepFunctionsOptions,
  startStepFunctions,
} from '../../local/step-functions/index.ts'

export const account = '111111111111'
export const startMs = Date.parse('2026-01-05T10:00:00Z')

export type FakeLambda = (event: unknown, harness: Pick<Harness, 'client' | 'clock'>) => unknown | Promise<unknown>
export type FakeService = (
  service: string,
  action: string,
  args: unknown,
  harness: Pick<Harness, 'client' | 'clock'>,
) => unknown | Promise<unknown>

export interface HarnessOptions {
  readonly lambdas?: Readonly<Record<string, FakeLambda>>
  readonly service?: FakeService
  readonly dataDir?: string
  readonly clock?: VirtualClock
  readonly random?: () => number
  readonly onNotice?: StepFunctionsOptions['onNotice']
}

export interface Finished {
  readonly arn: string
  readonly status: string
  readonly output: unknown
  readonly error: string | undefined
  readonly cause: string | undefined
  readonly history: readonly HistoryEvent[]
  /** `Type` or `Type:state`. */
  readonly events: readonly string[]
}

export interface Harness {
  readonly client: SFNClient
  readonly clock: VirtualClock
  readonly endpoint: string
  readonly changes: StatusChange[]
  readonly calls: { readonly target: string; readonly event: unknown }[]
  create(definition: unknown, name?: string): Promise<string>
  start(machineArn: string, input?: unknown, name?: string): Promise<string>
  /** Lets time pass until the execution has ended. */
  finish(executionArn: string): Promise<Finished>
  run(definition: unknown, input?: unknown): Promise<Finished>
  history(executionArn: string): Promise<HistoryEvent[]>
  settle(): Promise<void>
  close(): Promise<void>
}

export async function startHarness(options: HarnessOptions = {}): Promise<Harness> {
  const clock = options.clock ?? createVirtualClock(startMs)
  const changes: StatusChange[] = []
  const calls: { target: string; event: unknown }[] = []
  const lambdas = options.lambdas ?? {}
  const server = await startStepFunctions({
    clock,
    dataDir: options.dataDir ?? null,
    region: 'us-east-1',
    accountId: account,
    random: options.random ?? (() => 0.5),
    ...(options.onNotice ? { onNotice: options.onNotice } : {}),
    onStatusChange: (change) => void changes.push(change),
    invokeLambda: (target, payload) => {
      const event: unknown = JSON.parse(payload)
      calls.push({ target, event })
      return invoke(lambdas, target, event, { client, clock })
    },
    callService: async (service, action, args) => {
      calls.push({ target: `${service}:${action}`, event: args })
      return options.service?.(service, action, args, { client, clock })
    },
  })
  const client = new SFNClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  })
  const names = { next: 0 }
  const harness: Harness = {
    client,
    clock,
    endpoint: server.endpoint,
    changes,
    calls,
    async create(definition, name = `machine-${names.next++}`) {
      const text = typeof definition === 'string' ? definition : JSON.stringify(definition)
      const created = await client.send(
        new CreateStateMachineCommand({ name, definition: text, roleArn: `arn:aws:iam::${account}:role/role` }),
      )
      return created.stateMachineArn!
    },
    async start(stateMachineArn, input = {}, name) {
      const started = await client.send(
        new StartExecutionCommand({
          stateMachineArn,
          input: JSON.stringify(input),
          ...(name === undefined ? {} : { name }),
        }),
      )
      return started.executionArn!
    },
    async finish(executionArn) {
      let described = await describe(client, executionArn)
      for (let turn = 0; described.status === 'RUNNING'; turn++) {
        if (turn > 2000) throw new Error(`${executionArn} does not end`)
        await harness.settle()
        described = await describe(client, executionArn)
        const next = clock.nextAlarmMs()
        if (described.status === 'RUNNING' && next !== null) clock.advanceTo(next)
      }
      const history = await harness.history(executionArn)
      return {
        arn: executionArn,
        status: described.status!,
        output: described.output === undefined ? undefined : JSON.parse(described.output),
        error: described.error,
        cause: described.cause,
        history,
        events: history.map(label),
      }
    },
    async run(definition, input) {
      return harness.finish(await harness.start(await harness.create(definition), input))
    },
    async history(executionArn) {
      const events: HistoryEvent[] = []
      let nextToken: string | undefined
      do {
        const page = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000, nextToken }))
        events.push(...(page.events ?? []))
        nextToken = page.nextToken
      } while (nextToken !== undefined)
      return events
    },
    async settle() {
      for (let turn = 0; turn < 10; turn++) await nextTurn()
    },
    async close() {
      client.destroy()
      await server.close()
    },
  }
  return harness
}

function describe(client: SFNClient, executionArn: string): Promise<DescribeExecutionCommandOutput> {
  return client.send(new DescribeExecutionCommand({ executionArn }))
}

function label(event: HistoryEvent): string {
  const iteration =
    event.mapIterationStartedEventDetails ??
    event.mapIterationSucceededEventDetails ??
    event.mapIterationFailedEventDetails
  const name = event.stateEnteredEventDetails?.name ?? event.stateExitedEventDetails?.name ?? iteration?.name
  return name === undefined ? event.type! : `${event.type}:${name}`
}

/** Functions throw like Node Lambdas: the error's name is its type. */
async function invoke(
  lambdas: Readonly<Record<string, FakeLambda>>,
  target: string,
  event: unknown,
  around: Pick<Harness, 'client' | 'clock'>,
): Promise<LambdaOutcome> {
  const name = target.startsWith('arn:') ? target.split(':')[6]! : target.split(':')[0]!
  const lambda = lambdas[name]
  if (!lambda) return { ok: false, error: 'Lambda.ResourceNotFoundException', cause: `Function not found: ${target}` }
  try {
    const answer = await lambda(event, around)
    return { ok: true, payload: answer instanceof RawAnswer ? answer.text : JSON.stringify(answer ?? null) }
  } catch (error) {
    const { name: errorType, message: errorMessage } = error as Error // fakes throw Errors
    return { ok: false, error: errorType, cause: JSON.stringify({ errorType, errorMessage, trace: [] }) }
  }
}

/** A function's answer as raw text, JSON or not. */
export class RawAnswer {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export function errorNamed(name: string, message: string): Error {
  return Object.assign(new Error(message), { name })
}
