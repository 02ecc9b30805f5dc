/**
 * TestState: one state by itself, with real calls or a mock in their place. Source: AWS, "Testing state machines with TestState";
 * shapes of answers: recorded.
 */
import { randomUUID } from 'node:crypto'
import { buildMachine } from '../../definition/machine.ts'
import { parseResource } from '../../definition/resource.ts'
import type { Entry, ExecutionIdentity, TaskOutcome } from '../../execution/entry.ts'
import { call } from '../../integrations/call.ts'
import { makeToken } from '../../integrations/token.ts'
import { ApiError, optionalText, type Request } from '../api-error.ts'
import { executionArn, machineArn } from '../arns.ts'
import { operate } from '../operations.ts'
import type { Service } from '../service.ts'
import { checkInput } from '../start-execution.ts'
import { conclusion, errorDetailsOf, outcomeIn } from './conclude.ts'
import { inspectState } from './inspect-state.ts'
import { type Play, playState } from './play-state.ts'
import { objectOf, readMock, refuseWithoutMock } from './read-request.ts'
import { readTested, type Tested, wrapped } from './read-tested.ts'

/** AWS gives up after five minutes. */
const longestMs = 5 * 60_000

export async function testState(service: Service, request: Request): Promise<object> {
  const tested = readTested(request)
  const mock = readMock(request.mock)
  const input = optionalText(request, 'input') ?? '{}'
  checkInput(input)
  if (!mock) refuseWithoutMock(tested)
  const play = playOf(service, request, { tested, mock, input })
  const entries = await playState(play)
  const level = optionalText(request, 'inspectionLevel') ?? 'INFO'
  const answered = outcomeIn(entries)
  const playPart = async (part: Readonly<Record<string, unknown>>) => {
    const machine = buildMachine(wrapped(tested.name, part, tested.language), tested.hash, play.machine.chance)
    const played = await playState({ ...play, machine, mock: answered ?? mock })
    return played.at(-1)?.details?.output ?? null
  }
  const inspected = level === 'INFO' ? null : await inspectState(tested, entries, playPart)
  return { ...conclusion(tested, entries), ...(inspected ? inspection(inspected, tested, entries) : {}) }
}

function inspection(inspected: object, tested: Tested, entries: readonly Entry[]) {
  const errorDetails = errorDetailsOf(tested, entries)
  return { inspectionData: { ...inspected, ...(errorDetails ? { errorDetails } : {}) } }
}

function playOf(
  service: Service,
  request: Request,
  { tested, mock, input }: { readonly tested: Tested; readonly mock: TaskOutcome | null; readonly input: string },
): Play {
  const { options } = service
  const random = options.random ?? Math.random
  const key = { machineName: 'TestState', executionName: randomUUID() }
  const startedBy = { ...key, eventId: 0, waits: false }
  return {
    machine: buildMachine(tested.definition, tested.hash, { random, now: () => options.clock.now() }),
    stateName: tested.name,
    identity: identityOf(service, request, tested, key.executionName),
    input,
    variables: variablesOf(request),
    retries: Number(Object(request.stateConfiguration).retrierRetryCount ?? 0),
    mock,
    surroundings: () => ({
      nowMs: options.clock.now(),
      region: options.region,
      accountId: options.accountId,
      random,
      newToken: (scopeId) => makeToken({ ...key, scopeId }),
    }),
    answer: ({ parameters }) => {
      const resource = parseResource(String(tested.state.Resource))
      if (typeof resource === 'string' || resource.kind === 'activity')
        throw new Error(`${resource}; checkDefinition should have refused it`)
      return call(resource, parameters, {
        options,
        operate: (name, sent, by) => operate({ ...service, startedBy: by }, name, sent),
        startedBy,
      })
    },
    until: (atMs) => wait(service, atMs),
  }
}

function identityOf(service: Service, request: Request, { hash }: Tested, name: string): ExecutionIdentity {
  const { options } = service
  const context = objectOf(request, 'context')
  return {
    arn: executionArn(options, 'TestState', name),
    name,
    machineName: 'TestState',
    machineArn: machineArn(options, 'TestState'),
    versionArn: null,
    roleArn: optionalText(request, 'roleArn') ?? '',
    definitionHash: hash,
    ...(context ? { testContext: context } : {}),
  }
}

function variablesOf(request: Request): Record<string, string> {
  const given = Object.entries(objectOf(request, 'variables') ?? {})
  return Object.fromEntries(given.map(([name, value]) => [name, JSON.stringify(value)]))
}

function wait({ options }: Service, atMs: number): Promise<void> {
  if (atMs - options.clock.now() > longestMs)
    throw new ApiError('ValidationException', 'The state waits longer than the five minutes that a test may take')
  return new Promise((resolve) => void options.clock.alarm(atMs, resolve))
}
