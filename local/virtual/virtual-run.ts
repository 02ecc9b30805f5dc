/**
 * Runs one compiled DAG in virtual time: its emitted machine on the engine of the local world, its tasks in the real task
 * runtime, its end by the real finalizer or, where it is cut short, the real reconciler, records in memory. Invariant: time moves only when nothing is left to do now.
 */
import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { SendTaskFailureCommand, SendTaskHeartbeatCommand } from '@aws-sdk/client-sfn'
import { type CompiledDag, childPlaceholder } from '../../dag-compiler/index.ts'
import { heartbeatThrough, releaseThrough } from '../../lambdas/arrival/index.ts'
import { arrive } from '../../lambdas/finalizer/arrive.ts'
import { finalize } from '../../lambdas/finalizer/finalize.ts'
import { closeRun } from '../../lambdas/reconciler/close-run.ts'
import { isEnd } from '../../lambdas/reconciler/ports.ts'
import { runTask } from '../../lambdas/task-runtime/run-task.ts'
import type { FinalizerCall, Run, RunningRun, TaskCall, TaskInstance } from '../../run-model/index.ts'
import { createVirtualClock, type VirtualClock } from '../clock.ts'
import { createStepFunctions, type LambdaOutcome, type StepFunctionsCore } from '../step-functions/index.ts'
import type { HistoryEvent } from './count-history.ts'
import { type MemoryRunStore, memoryRunStore } from './memory-run-store.ts'

type Program = Parameters<typeof runTask>[1]
type Sleep = (seconds: number) => Promise<void>

/** What happens to calls on their way; for tests of the platform, not of DAGs. */
export interface Faults {
  /** What becomes of the n-th call (from 1) of a task: its answer is lost, after everything is recorded. */
  readonly ofCall?: (taskKey: string, call: number) => 'lostAnswer' | null
  /** How many of the first `SendTaskSuccess` calls are lost. */
  readonly lostSends?: number
}

export interface VirtualRunOptions {
  readonly run: RunningRun
  /** `sleep` takes virtual seconds. */
  readonly program: (sleep: Sleep) => Program
  /** What service tasks call. */
  readonly services: (sleep: Sleep) => (service: string, action: string) => Promise<unknown>
  readonly faults?: Faults
}

export interface VirtualRun {
  readonly run: Run
  readonly records: readonly TaskInstance[]
  /** Of the run's own execution first, then of those of child machines. */
  readonly histories: readonly (readonly HistoryEvent[])[]
  /** Virtual milliseconds since 1970 at which the execution ended; null when it never would. */
  readonly endedAtMs: number | null
}

/** Longer than any run: a machine that waits for ever re-arms its gates for ever. */
const patienceMs = 400 * 86_400_000
/** Handlers are played, so Lambda's own limit of 15 minutes does not cut them short. */
const deadlineMs = patienceMs

export async function virtualRun(dag: CompiledDag, options: VirtualRunOptions): Promise<VirtualRun> {
  const { run } = options
  const startMs = Date.parse(run.startDate)
  const clock = createVirtualClock(startMs)
  const memory = memoryRunStore(clock.now)
  const lambdas = new Map<string, (event: never) => Promise<unknown>>()
  const progress: Progress = { steps: 0, endedAtMs: null, status: 'RUNNING', arns: [] }
  const counted = async <T>(work: Promise<T>): Promise<T> => {
    progress.steps += 1
    return work.finally(() => {
      progress.steps += 1
    })
  }
  const services = options.services(sleepOn(clock))
  const stepFunctions = createStepFunctions({
    clock,
    dataDir: null,
    region: 'us-east-1',
    accountId,
    random: () => 0,
    invokeLambda: (target, payload) => counted(invoke(lambdas.get(target), payload)),
    callService: (service, action, args) =>
      counted(isRunTable(service, args) ? memory.call(action, args) : services(service, action)),
    onStatusChange({ executionArn, status, name, stopDate }) {
      if (status === 'RUNNING') progress.arns.push(executionArn)
      else if (name === run.execution.name) Object.assign(progress, { endedAtMs: stopDate, status })
    },
  })
  for (const [name, lambda] of platform(dag, options, { clock, memory, stepFunctions, counted }))
    lambdas.set(name, lambda)
  try {
    await recordStart(memory, run)
    await startMachine(stepFunctions, dag, run)
    await untilEnd(stepFunctions, clock, progress, startMs + patienceMs)
    await closeCutShort(memory, dag, run, progress)
    return {
      run: (await memory.store.getRun(run)) ?? run,
      records: await memory.store.listTaskInstances(run),
      histories: await Promise.all(progress.arns.map((arn) => historyOf(stepFunctions, arn))),
      endedAtMs: progress.endedAtMs,
    }
  } finally {
    stepFunctions.close()
  }
}

const sleepOn =
  (clock: VirtualClock): Sleep =>
  (seconds) =>
    new Promise((done) => void clock.alarm(clock.now() + seconds * 1000, () => done()))

/** Gates and loads of the machine itself. */
const isRunTable = (service: string, args: unknown): boolean =>
  service === 'dynamodb' && (args as { readonly TableName?: unknown }).TableName === tableName // what a machine sends

interface Progress {
  /** Grows with every call that starts or ends. */
  steps: number
  endedAtMs: number | null
  /** Of the run's own execution. */
  status: string
  readonly arns: string[]
}

/** A run that fails fast or runs out of time never reaches its verdict: Step Functions' word ends it. */
async function closeCutShort(
  { store }: MemoryRunStore,
  dag: CompiledDag,
  run: RunningRun,
  { status, endedAtMs }: Progress,
): Promise<void> {
  const stored = await store.getRun(run)
  if (stored?.state !== 'running' || endedAtMs === null || !isEnd(status)) return
  const withPlan = { ...store, getManifestByPlan: async () => ({ wiring: dag.wiring }) }
  await closeRun({ store: withPlan, now: () => endedAtMs }, stored, { status, stoppedAtMs: endedAtMs })
}

const accountId = '000000000000'
const tableName = 'runs'

async function startMachine(stepFunctions: StepFunctionsCore, dag: CompiledDag, run: RunningRun): Promise<void> {
  const roleArn = `arn:aws:iam::${accountId}:role/virtual`
  const create = (name: string, definitionText: string) =>
    stepFunctions.call('CreateStateMachine', { name, definition: deployed(definitionText), roleArn })
  for (const [position, child] of (dag.children ?? []).entries()) {
    await create(childPlaceholder(position), child.definitionText)
  }
  await create('dag', dag.definitionText)
  await stepFunctions.call('StartExecution', {
    stateMachineArn: `arn:aws:states:us-east-1:${accountId}:stateMachine:dag`,
    name: run.execution.name,
    input: JSON.stringify({ '^run': { dagId: run.dagId, runId: run.runId } }),
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

interface World {
  readonly clock: VirtualClock
  readonly memory: MemoryRunStore
  readonly stepFunctions: StepFunctionsCore
  /** Time does not move before the work is done. */
  readonly counted: <T>(work: Promise<T>) => Promise<T>
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The functions that a machine calls, by the names that `deployed` gives them. */
function platform(
  dag: CompiledDag,
  { program, faults = {} }: VirtualRunOptions,
  { clock, memory, stepFunctions, counted }: World,
): Map<string, (event: never) => Promise<unknown>> {
  const { store } = memory
  const alarm = (delayMs: number, fire: () => void) => clock.alarm(clock.now() + delayMs, fire)
  const released = { sends: 0 }
  const client = {
    send: async (command: { readonly input: object }) => {
      const action = actionOf(command)
      if (action === 'SendTaskSuccess') released.sends += 1
      if (action === 'SendTaskSuccess' && released.sends <= (faults.lostSends ?? 0)) return {}
      return stepFunctions.call(action, { ...command.input }).catch((error: { readonly type?: string }) => {
        throw Object.assign(new Error('refused'), { name: error.type })
      })
    },
  }
  // What sends tokens uses nothing of the client but `send`.
  const sfn = client as unknown as Parameters<typeof releaseThrough>[0]
  const releaseToken = releaseThrough(sfn)
  // An event: its sender goes on, and nobody gets its answer.
  const wake = async (_fn: string, call: TaskCall) => void counted(task(call))
  const ports = {
    store,
    releaseToken,
    heartbeat: heartbeatThrough(sfn),
    wake,
    secrets: { variable: async () => null, connection: async () => null },
    log: () => undefined,
    sha256,
    now: clock.now,
    alarm,
  }
  const played = program(sleepOn(clock))
  const calls = new Map<string, number>()
  const task = async (call: TaskCall) => {
    const count = (calls.get(call.task) ?? 0) + 1
    calls.set(call.task, count)
    const invocation = {
      requestId: `${call.task}-${count}`,
      functionArn: 'task',
      deadlineMs: clock.now() + deadlineMs,
      leaseEpoch: null,
    }
    const answer = await runTask(ports, played, call, invocation)
    if (faults.ofCall?.(call.task, count) !== 'lostAnswer') return answer
    throw Object.assign(new Error('the connection was cut'), { name: 'Lambda.SdkClientException' })
  }
  const finalizer = (call: FinalizerCall) => {
    const finalizerPorts = { store, releaseToken, wake, now: clock.now, loadWiring: async () => dag.wiring }
    return call.do === 'arrive' ? arrive(finalizerPorts, call) : finalize(finalizerPorts, call)
  }
  return new Map<string, (event: never) => Promise<unknown>>([
    ['task', task],
    ['finalizer', finalizer],
  ])
}

function actionOf(command: { readonly input: object }): string {
  if (command instanceof SendTaskFailureCommand) return 'SendTaskFailure'
  return command instanceof SendTaskHeartbeatCommand ? 'SendTaskHeartbeat' : 'SendTaskSuccess'
}

function deployed(definitionText: string): string {
  const names: Readonly<Record<string, string>> = { TaskFunction: 'task', Finalizer: 'finalizer', Table: tableName }
  const machine = `arn:aws:states:us-east-1:${accountId}:stateMachine:`
  return definitionText.replace(/\$\{(\w+)\}/g, (_, name: string) => names[name] ?? machine + name)
}

/** Functions throw like Node Lambdas: the error's name is its type. */
async function invoke(
  lambda: ((event: never) => Promise<unknown>) | undefined,
  payload: string,
): Promise<LambdaOutcome> {
  if (!lambda) return { ok: false, error: 'Lambda.ResourceNotFoundException', cause: 'Function not found' }
  try {
    const answer = await lambda(JSON.parse(payload) as never) // what the compiled machine sends
    return { ok: true, payload: JSON.stringify(answer ?? null) }
  } catch (error) {
    const { name, message } = error as Error // runtime and finalizer throw Errors
    return { ok: false, error: name, cause: JSON.stringify({ errorType: name, errorMessage: message }) }
  }
}

async function recordStart({ store }: MemoryRunStore, run: RunningRun): Promise<void> {
  const { startDate, dagVersion, bundleVersion, planHash, execution, ...queued } = run
  await store.createRun({ ...queued, state: 'queued' })
  await store.startRun(run)
}
