/**
 * A compiled DAG on the local Step Functions in virtual time, with the real task runtime and the real finalizer on a
 * store in memory. Workers crash and answers get lost as the test says.
 */
import { createHash } from 'node:crypto'
import { type CompiledDag, compile, type DagDefinition } from '../../../dag-compiler/index.ts'
import { heartbeatThrough, releaseThrough } from '../../../lambdas/arrival/index.ts'
import { arrive } from '../../../lambdas/finalizer/arrive.ts'
import { finalize } from '../../../lambdas/finalizer/finalize.ts'
import { failToken } from '../../../lambdas/reconciler/fail-token.ts'
import type { TaskPorts } from '../../../lambdas/task-runtime/ports.ts'
import { runTask } from '../../../lambdas/task-runtime/run-task.ts'
import type { FinalizerCall, RunningRun, TaskCall } from '../../../run-model/index.ts'
import { errorNamed, startHarness } from '../../engine/harness.ts'
import { type MemoryStore, memoryStore } from './memory-store.ts'
import { runningRun } from './scene.ts'

/**
 * What an invocation of a task comes to: its worker dies in the handler; or after the record is written, before any gate
 * hears of it; or its answer, a failure too, never arrives.
 */
export type Fault = 'crash' | 'diesBeforeGates' | 'lostAnswer'

export interface WholeRun {
  readonly store: MemoryStore
  readonly run: RunningRun
  readonly status: string
  /** Virtual time from start to end. */
  readonly seconds: number
  readonly gates: number
}

/** What a task does. `sleep` takes virtual seconds. */
export type Handler = (
  taskId: string,
  sleep: (seconds: number) => Promise<void>,
  inputs: Readonly<Record<string, unknown>>,
) => unknown

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Time a worker has: Lambda's longest. A crashed one blocks its task for a fraction of it. */
const lambdaSeconds = 900

export async function runWhole(
  definition: DagDefinition,
  handler: Handler,
  faultOf: (taskId: string, invocation: number) => Fault | null,
): Promise<WholeRun> {
  const dag = compiled(definition)
  const run = { ...runningRun, dagId: definition.dagId, planHash: dag.wiring.hash }
  const store = memoryStore([run])
  const invocations = new Map<string, number>()
  const harness = await startHarness({
    lambdas: {
      task: (event) => task(event as TaskCall), // what the compiled machine sends
      finalizer: (event) => finalizer(event as FinalizerCall), // likewise
    },
    service: (_service, _action, args) => enterGate(store, args as GateUpdate), // the only service call of a machine
  })
  const { clock, client } = harness
  const releaseToken = releaseThrough(client)
  const sleep = (seconds: number) =>
    new Promise<void>((done) => void clock.alarm(clock.now() + seconds * 1000, () => done()))
  const ports: TaskPorts = {
    store,
    releaseToken,
    heartbeat: heartbeatThrough(client),
    wake: async (_fn, call) => event(call),
    secrets: { variable: async () => null, connection: async () => null },
    log: () => undefined,
    sha256,
    now: clock.now,
    alarm: (delayMs, fire) => clock.alarm(clock.now() + delayMs, fire),
  }
  const task = async (call: TaskCall) => {
    const invocation = (invocations.get(call.task) ?? 0) + 1
    invocations.set(call.task, invocation)
    const fault = faultOf(call.task, invocation)
    const context = {
      requestId: `${call.task}-${invocation}`,
      functionArn: 'task',
      deadlineMs: clock.now() + lambdaSeconds * 1000,
      leaseEpoch: null,
    }
    if (fault === 'crash') return crashedCall(ports, dag, call, context)
    const program = programOf(dag, (taskId, inputs) => handler(taskId, sleep, inputs))
    if (fault === 'diesBeforeGates') return runTask(deafToGates(ports), program, call, context)
    const answer = runTask(ports, program, call, context)
    if (fault === null) return answer
    await answer.catch(() => undefined)
    throw connectionCut()
  }
  /** As Lambda does: an event that fails goes to its destination. Its answer is nobody's, so it cannot get lost. */
  const event = (call: TaskCall): void => {
    task(call).catch((error: Error) => {
      const responsePayload = { errorType: error.name, errorMessage: error.message }
      const requestContext = { condition: 'RetriesExhausted' }
      return failToken({ releaseToken }, { requestContext, requestPayload: call, responsePayload })
    })
  }
  const finalizer = (call: FinalizerCall) => {
    const finalizerPorts = { store, releaseToken, wake: ports.wake, now: clock.now, loadWiring: async () => dag.wiring }
    return call.do === 'arrive' ? arrive(finalizerPorts, call) : finalize(finalizerPorts, call)
  }
  try {
    const startedMs = clock.now()
    const machine = await harness.create(deployed(dag))
    const input = { '^run': { dagId: run.dagId, runId: run.runId } }
    const { status } = await harness.finish(await harness.start(machine, input, run.execution.name))
    return { store, run, status, seconds: (clock.now() - startedMs) / 1000, gates: dag.numbers.gates }
  } finally {
    await harness.close()
  }
}

function compiled(definition: DagDefinition): CompiledDag {
  const { dag, problems } = compile(definition, { sha256 })
  if (!dag) throw new Error(JSON.stringify(problems))
  return dag
}

function deployed(dag: CompiledDag): string {
  const names: Record<string, string> = { TaskFunction: 'task', Finalizer: 'finalizer', Table: 'runs' }
  return dag.definitionText.replace(/\$\{(\w+)\}/g, (_, name: string) => names[name] ?? name)
}

function programOf(dag: CompiledDag, handler: (taskId: string, inputs: Readonly<Record<string, unknown>>) => unknown) {
  const handlers = new Map(
    dag.graph.tasks.map(({ taskId }) => [
      taskId,
      (inputs: Readonly<Record<string, unknown>>) => handler(taskId, inputs),
    ]),
  )
  return { wiring: dag.wiring, dag: { definition: dag.authored, handlers } }
}

/** The worker claims its try, starts its handler and is gone: no alarm of it rings, nothing of it goes on. */
async function crashedCall(
  ports: TaskPorts,
  dag: CompiledDag,
  call: TaskCall,
  invocation: Parameters<typeof runTask>[3],
): Promise<unknown> {
  const dead = { ...ports, alarm: () => () => undefined }
  let dies: (error: Error) => void = () => undefined
  const death = new Promise<never>((_, reject) => {
    dies = reject
  })
  const handler = () => {
    dies(errorNamed('Runtime.ExitError', 'the worker died'))
    return new Promise(() => undefined)
  }
  return Promise.race([runTask(dead, programOf(dag, handler), call, invocation), death])
}

const connectionCut = () => errorNamed('Lambda.SdkClientException', 'the connection was cut')

const deafToGates = (ports: TaskPorts): TaskPorts => ({
  ...ports,
  store: { ...ports.store, arriveAtGate: () => Promise.reject(connectionCut()) },
})

interface GateUpdate {
  readonly Key: { readonly pk: { readonly S: string }; readonly sk: { readonly S: string } }
  readonly ExpressionAttributeValues: { readonly ':t': { readonly S: string } }
}

async function enterGate(store: MemoryStore, { Key, ExpressionAttributeValues }: GateUpdate): Promise<object> {
  const execution = Key.pk.S.replace('JOIN#', '')
  if (await store.waitAtGate(execution, Key.sk.S, ExpressionAttributeValues[':t'].S)) return {}
  throw errorNamed('ConditionalCheckFailedException', 'The conditional request failed')
}
