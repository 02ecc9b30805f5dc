/**
 * What ships around a machine, in virtual time: the task runtime, the finalizer, wake-ups and their failure destination, on
 * records in memory. Only the work of tasks is played.
 */
import { createHash } from 'node:crypto'
import { SendTaskFailureCommand, SendTaskHeartbeatCommand, type SFNClient } from '@aws-sdk/client-sfn'
import type { CompiledDag } from '../../dag-compiler/index.ts'
import { heartbeatThrough, releaseThrough } from '../../lambdas/arrival/index.ts'
import { arrive } from '../../lambdas/finalizer/arrive.ts'
import { finalize } from '../../lambdas/finalizer/finalize.ts'
import { failToken } from '../../lambdas/reconciler/fail-token.ts'
import { runTask } from '../../lambdas/task-runtime/run-task.ts'
import type { FinalizerCall, TaskCall } from '../../run-model/index.ts'
import type { VirtualClock } from '../clock.ts'
import { type Faults, withFault } from './faults.ts'
import type { MemoryRunStore } from './memory-run-store.ts'
import { patienceMs, type Stage, type Surroundings } from './virtual-machine.ts'

export type Program = Parameters<typeof runTask>[1]

export interface PlatformOptions {
  readonly dag: Pick<CompiledDag, 'wiring'>
  readonly program: Program
  /** What service tasks call. */
  readonly services: (service: string, action: string) => Promise<unknown>
  readonly faults: Faults
  readonly clock: VirtualClock
  readonly memory: MemoryRunStore
}

/** By these names a machine finds its functions and its table. */
export const targets = { TaskFunction: 'task', Finalizer: 'finalizer', Table: 'runs' } as const

/** Handlers are played, so Lambda's own limit of 15 minutes does not cut them short. */
const deadlineMs = patienceMs

export function virtualPlatform(options: PlatformOptions, stage: Stage): Surroundings {
  const { dag, program, services, faults, clock, memory } = options
  const { store } = memory
  const client = tokenClient(stage, faults)
  const releaseToken = releaseThrough(client)
  let wakes = 0
  /** An event: its sender goes on, and what fails goes to the destination, as Lambda does it. */
  const wake = async (_fn: string, call: TaskCall) => {
    wakes += 1
    if (wakes <= (faults.lostWakes ?? 0)) return
    const served = task(call).catch((error: Error) => {
      const responsePayload = { errorType: error.name, errorMessage: error.message }
      const requestContext = { condition: 'RetriesExhausted' }
      return failToken({ releaseToken }, { requestContext, requestPayload: call, responsePayload })
    })
    void stage.counted(served)
  }
  const ports = {
    store,
    releaseToken,
    wake,
    heartbeat: heartbeatThrough(client),
    secrets: { variable: async () => null, connection: async () => null },
    log: () => undefined,
    sha256: (text: string) => createHash('sha256').update(text).digest('hex'),
    now: clock.now,
    alarm: (delayMs: number, fire: () => void) => clock.alarm(clock.now() + delayMs, fire),
  }
  const calls = new Map<string, number>()
  const task = async (call: TaskCall) => {
    const count = (calls.get(call.task) ?? 0) + 1
    calls.set(call.task, count)
    const fault = faults.ofCall?.(call.task, count) ?? null
    const invocation = {
      requestId: `${call.task}-${call.i ?? ''}-${count}`,
      functionArn: targets.TaskFunction,
      deadlineMs: clock.now() + deadlineMs,
      leaseEpoch: null,
    }
    const answer = await withFault(fault, runTask, [ports, program, call, invocation])
    if (call.gate && !call.woken && 'waits' in answer) calls.set(call.task, count - 1)
    return answer
  }
  const finalizer = (call: FinalizerCall) => {
    const finalizerPorts = { store, releaseToken, wake, now: clock.now, loadWiring: async () => dag.wiring }
    return call.do === 'arrive' ? arrive(finalizerPorts, call) : finalize(finalizerPorts, call)
  }
  return {
    lambda: (target, event) => (target === targets.TaskFunction ? task(event) : finalizer(event)),
    service: (service, action, args) =>
      isRunTable(service, args) ? memory.call(action, args) : services(service, action),
  }
}

/** Gates and loads of the machine itself. */
const isRunTable = (service: string, args: unknown): boolean =>
  service === 'dynamodb' && (args as { readonly TableName?: unknown }).TableName === targets.Table // what a machine sends

function tokenClient({ call }: Stage, { lostSends = 0 }: Faults): Pick<SFNClient, 'send'> {
  let sends = 0
  const send = async (command: { readonly input: object }) => {
    const action = actionOf(command)
    if (action === 'SendTaskSuccess') sends += 1
    if (action === 'SendTaskSuccess' && sends <= lostSends) return {}
    return call(action, { ...command.input }).catch((error: { readonly type?: string }) => {
      throw Object.assign(new Error('refused'), { name: error.type })
    })
  }
  // What sends tokens uses nothing of the client but `send`, and only with promises.
  return { send } as unknown as Pick<SFNClient, 'send'>
}

function actionOf(command: object): string {
  if (command instanceof SendTaskFailureCommand) return 'SendTaskFailure'
  return command instanceof SendTaskHeartbeatCommand ? 'SendTaskHeartbeat' : 'SendTaskSuccess'
}
