/**
 * Runs a state machine on the engine of the local world in virtual time: what it calls is played by the caller. Invariant:
 * time moves only when nothing is left to do now.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { VirtualClock } from '../clock.ts'
import { createStepFunctions, type LambdaOutcome, type StepFunctionsCore } from '../step-functions/index.ts'
import type { HistoryEvent } from './count-history.ts'

export interface Machine {
  readonly definitionText: string
  /** Machines that it starts, by name, those that others start first. */
  readonly children: readonly { readonly name: string; readonly definitionText: string }[]
  readonly executionName: string
  readonly input: object
}

/** Takes virtual seconds. */
export type Sleep = (seconds: number) => Promise<void>

export interface Stage {
  readonly sleep: Sleep
  /** An operation of Step Functions. */
  readonly call: StepFunctionsCore['call']
  /** Time does not move before the work is done. For what nobody waits for; the calls below are counted anyway. */
  readonly counted: <T>(work: Promise<T>) => Promise<T>
}

export interface Surroundings {
  readonly lambda: (target: string, event: never) => Promise<unknown>
  readonly service: (service: string, action: string, args: unknown) => Promise<unknown>
}

export interface EndedMachine {
  /** Of the execution itself. */
  readonly status: string
  /** Of the execution itself first, then of those it started. */
  readonly histories: readonly (readonly HistoryEvent[])[]
  /** Virtual milliseconds since 1970; null when it never would end. */
  readonly endedAtMs: number | null
}

export const accountId = '000000000000'
export const machineArn = (name: string): string => `arn:aws:states:us-east-1:${accountId}:stateMachine:${name}`

/** Longer than any run: a machine that waits for ever re-arms its gates for ever. */
export const patienceMs = 400 * 86_400_000

interface Progress {
  /** Grows with every call that starts or ends. */
  steps: number
  endedAtMs: number | null
  status: string
  readonly arns: string[]
}

export async function runMachine(
  clock: VirtualClock,
  machine: Machine,
  surround: (stage: Stage) => Surroundings,
): Promise<EndedMachine> {
  const startMs = clock.now()
  const progress: Progress = { steps: 0, endedAtMs: null, status: 'RUNNING', arns: [] }
  const counted = async <T>(work: Promise<T>): Promise<T> => {
    progress.steps += 1
    return work.finally(() => {
      progress.steps += 1
    })
  }
  const sleep: Sleep = (seconds) => new Promise((done) => void clock.alarm(clock.now() + seconds * 1000, () => done()))
  const stage: Stage = { sleep, counted, call: (action, input) => stepFunctions.call(action, input) }
  const { lambda, service } = surround(stage)
  const stepFunctions = createStepFunctions({
    clock,
    dataDir: null,
    region: 'us-east-1',
    accountId,
    random: () => 0,
    invokeLambda: (target, payload) => counted(invoke(lambda, target, payload)),
    callService: (name, action, args) => counted(service(name, action, args)),
    onStatusChange({ executionArn, status, name, stopDate }) {
      if (status === 'RUNNING') progress.arns.push(executionArn)
      else if (name === machine.executionName) Object.assign(progress, { endedAtMs: stopDate, status })
    },
  })
  try {
    await start(stepFunctions, machine)
    await untilEnd(stepFunctions, clock, progress, startMs + patienceMs)
    const histories = await Promise.all(progress.arns.map((arn) => historyOf(stepFunctions, arn)))
    return { status: progress.status, endedAtMs: progress.endedAtMs, histories }
  } finally {
    stepFunctions.close()
  }
}

async function start(stepFunctions: StepFunctionsCore, machine: Machine): Promise<void> {
  const roleArn = `arn:aws:iam::${accountId}:role/virtual`
  const create = (name: string, definition: string) =>
    stepFunctions.call('CreateStateMachine', { name, definition, roleArn })
  for (const { name, definitionText } of machine.children) await create(name, definitionText)
  await create('dag', machine.definitionText)
  await stepFunctions.call('StartExecution', {
    stateMachineArn: machineArn('dag'),
    name: machine.executionName,
    input: JSON.stringify(machine.input),
  })
}

async function untilEnd(
  stepFunctions: StepFunctionsCore,
  clock: VirtualClock,
  progress: Progress,
  latestMs: number,
): Promise<void> {
  for (;;) {
    await settle(stepFunctions, progress)
    const next = clock.nextAlarmMs()
    if (progress.endedAtMs !== null || next === null || next > latestMs) return
    clock.advanceTo(next)
  }
}

/** Played work and the store need microtasks only; the engine says itself when it is at rest. */
async function settle(stepFunctions: StepFunctionsCore, progress: Progress): Promise<void> {
  for (let before = -1; before !== progress.steps; ) {
    before = progress.steps
    await nextTurn()
    await stepFunctions.atRest()
    await nextTurn()
  }
}

async function historyOf(stepFunctions: StepFunctionsCore, executionArn: string): Promise<readonly HistoryEvent[]> {
  const events: HistoryEvent[] = []
  let nextToken: string | undefined
  do {
    // The shape of AWS's answer, which the operation promises.
    const page = (await stepFunctions.call('GetExecutionHistory', { executionArn, maxResults: 1000, nextToken })) as {
      events: HistoryEvent[]
      nextToken?: string
    }
    events.push(...page.events)
    nextToken = page.nextToken
  } while (nextToken !== undefined)
  return events
}

/** Functions throw like Node Lambdas: the error's name is its type. */
async function invoke(lambda: Surroundings['lambda'], target: string, payload: string): Promise<LambdaOutcome> {
  try {
    const answer = await lambda(target, JSON.parse(payload) as never) // what the machine sends
    return { ok: true, payload: JSON.stringify(answer ?? null) }
  } catch (error) {
    const { name, message } = error as Error // played functions throw Errors
    return { ok: false, error: name, cause: JSON.stringify({ errorType: name, errorMessage: message }) }
  }
}
