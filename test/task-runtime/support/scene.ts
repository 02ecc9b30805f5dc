/**
 * A DAG of a few tasks with a recorded, running run, and one function to call them as a state machine would. Time is a
 * number the test moves; nothing sleeps.
 */

import { createHash } from 'node:crypto'
import type { TokenAnswer } from '../../../lambdas/arrival/index.ts'
import { isLatestRun } from '../../../lambdas/task-runtime/latest-only.ts'
import type {
  Invocation,
  TaskDefinition,
  TaskInput,
  TaskPorts,
  TaskProgram,
  WriteLog,
} from '../../../lambdas/task-runtime/ports.ts'
import { runTask } from '../../../lambdas/task-runtime/run-task.ts'
import type {
  RunningRun,
  RunStore,
  StateData,
  TaskAnswer,
  TaskCall,
  TaskInstance,
  TaskWaits,
  TaskWiring,
  Wiring,
} from '../../../run-model/index.ts'
import { type MemoryStore, memoryStore } from './memory-store.ts'

export const startMs = Date.parse('2026-03-01T06:00:00Z')
export const minuteMs = 60_000
export const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:stepdag-task-sales:7'

export const runningRun: RunningRun = {
  dagId: 'sales',
  runId: 'scheduled__2026-03-01T06:00:00+00:00',
  runType: 'scheduled',
  triggeredBy: 'timetable',
  runAfter: '2026-03-01T06:00:00Z',
  logicalDate: '2026-03-01T06:00:00Z',
  dataInterval: { start: '2026-03-01T05:00:00Z', end: '2026-03-01T06:00:00Z' },
  conf: { region: 'eu' },
  note: null,
  queuedAt: '2026-03-01T06:00:00Z',
  state: 'running',
  startDate: '2026-03-01T06:00:00Z',
  dagVersion: 3,
  bundleVersion: null,
  planHash: '7f3a9c000000',
  execution: { arn: 'arn:aws:states:us-east-1:000000000000:execution:sales:sales-1', name: 'sales-1', attempt: 1 },
}

interface SceneTask extends Partial<TaskWiring> {
  readonly inputs?: Readonly<Record<string, TaskInput>>
  readonly handler?: (inputs: Record<string, unknown>) => unknown
  readonly options?: TaskDefinition['options']
  readonly mapping?: TaskDefinition['mapping']
}

export interface SceneOptions {
  readonly tasks: Readonly<Record<string, SceneTask>>
  readonly gates?: Wiring['gates']
  readonly secrets?: TaskPorts['secrets']
  /** The rest of the wiring. */
  readonly wiring?: Partial<Wiring>
  readonly groups?: TaskProgram['dag']['definition']['groups']
}

export interface CallOptions extends Partial<Invocation> {
  readonly up?: StateData
  readonly do?: TaskCall['do']
  readonly i?: number
  readonly token?: string
  readonly gate?: true
  readonly woken?: true
  readonly redrive?: number
  readonly w?: string
}

/** On a store in memory that holds `runningRun`. */
export const scene = (options: SceneOptions) => sceneOn<MemoryStore>(memoryStore([runningRun]), options)

export function sceneOn<S extends TaskPorts['store'] & Pick<RunStore, 'getTaskInstance'>>(
  store: S,
  options: SceneOptions,
) {
  const clock = manualClock(startMs)
  const released: string[] = []
  const answers: { readonly token: string; readonly answer: TokenAnswer }[] = []
  const woken: { readonly fn: string; readonly call: TaskCall }[] = []
  const lines: { level: string; message: string; fields: Readonly<Record<string, unknown>> }[] = []
  const log: WriteLog = (level, message, fields) => void lines.push({ level, message, fields })
  const gone = new Set<string>()
  const ports: { -readonly [K in keyof TaskPorts]: TaskPorts[K] } = {
    store,
    log,
    ...clock,
    releaseToken: async (token, answer) => {
      released.push(token)
      if (answer) answers.push({ token, answer })
    },
    heartbeat: async (token) => !gone.has(token),
    wake: async (fn, call) => void woken.push({ fn, call }),
    secrets: options.secrets ?? { variable: async () => null, connection: async () => null },
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
  }
  const program = programOf(options)
  let invocations = 0
  const call = (task: string, call: CallOptions = {}): Promise<TaskAnswer | TaskWaits> => {
    invocations += 1
    return runTask(ports, program, taskCall(task, call), {
      requestId: call.requestId ?? `request-${invocations}`,
      functionArn: call.functionArn ?? functionArn,
      deadlineMs: call.deadlineMs ?? clock.now() + 15 * minuteMs,
      leaseEpoch: call.leaseEpoch ?? null,
    })
  }
  const record = (taskId: string, mapIndex?: number): Promise<TaskInstance | null> =>
    store.getTaskInstance(runningRun, taskId, mapIndex)
  const run = { dagId: runningRun.dagId, runId: runningRun.runId }
  return { call, record, run, store, released, answers, woken, gone, lines, clock, ports, program }
}

const taskCall = (task: string, { up, w, token, redrive, i, gate, woken, do: what }: CallOptions): TaskCall => {
  const outer: StateData = { '^run': { dagId: runningRun.dagId, runId: runningRun.runId } }
  return {
    x: runningRun.execution.name,
    w: w ?? runningRun.planHash,
    task,
    try: 0,
    up: { '^': outer, ...up },
    ...(i !== undefined && { i }),
    ...(what !== undefined && { do: what }),
    ...(token !== undefined && { token }),
    ...(redrive !== undefined && { redrive }),
    ...(gate && { gate }),
    ...(woken && { woken }),
  }
}

export function wiringOf({
  tasks,
  gates = {},
  wiring: rest,
}: Pick<SceneOptions, 'tasks' | 'gates' | 'wiring'>): Wiring {
  const wired = Object.entries(tasks).map(([key, { inputs: _, handler: __, options: ___, mapping: ____, ...task }]) => {
    const wiring: TaskWiring = {
      taskId: key,
      operator: 'task',
      triggerRule: 'all_success',
      upstreams: [],
      feeds: Object.keys(gates).filter((gate) => gates[gate]?.need.includes(key)),
      retries: 0,
      executionTimeout: null,
      doXcomPush: true,
      ...task,
    }
    return [key, wiring] as const
  })
  const upstreams = new Set(wired.flatMap(([, task]) => task.upstreams))
  const leaves = Object.keys(tasks).filter((key) => !upstreams.has(key))
  return {
    hash: runningRun.planHash,
    dagId: runningRun.dagId,
    tasks: Object.fromEntries(wired),
    gates,
    leaves,
    ...rest,
  }
}

function programOf(options: SceneOptions): TaskProgram {
  const tasks = Object.entries(options.tasks)
  const wiring = wiringOf(options)
  // The runtime reads the id, the operator and the inputs of a definition, nothing else.
  const definition = {
    dagId: runningRun.dagId,
    groups: options.groups ?? [],
    tasks: tasks.map(([taskId, { inputs = {}, operator = 'task', mapping, options }]) => ({
      taskId,
      operator,
      ...(mapping && { mapping }),
      inputs,
      spec: {},
      ...(options && { options }),
    })),
  } as unknown as TaskProgram['dag']['definition']
  const handlers = new Map(tasks.map(([taskId, { handler = () => undefined }]) => [taskId, handler]))
  return {
    operators: { latest_only: isLatestRun },
    wiring,
    dag: { definition, handlers },
  }
}

/** Alarms fire when the test moves time past them. */
export function manualClock(startedAtMs: number) {
  let nowMs = startedAtMs
  const alarms = new Set<{ readonly atMs: number; readonly fire: () => void }>()
  return {
    now: () => nowMs,
    alarm(delayMs: number, fire: () => void): () => void {
      const alarm = { atMs: nowMs + delayMs, fire }
      alarms.add(alarm)
      return () => void alarms.delete(alarm)
    },
    advance(byMs: number): void {
      nowMs += byMs
      const due = [...alarms].filter(({ atMs }) => atMs <= nowMs).sort((a, b) => a.atMs - b.atMs)
      for (const alarm of due) {
        alarms.delete(alarm)
        alarm.fire()
      }
    },
    /** Time goes by and no alarm rings, as while a handler keeps the event loop to itself. */
    block(byMs: number): void {
      nowMs += byMs
    },
    /** No alarm set so far will ring: the workers that set them are gone. */
    silence: () => alarms.clear(),
    pending: () => alarms.size,
  }
}
