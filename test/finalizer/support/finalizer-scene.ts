/** The finalizer on a store in memory with one running run, called as a state machine calls it. */
import { arrive } from '../../../lambdas/finalizer/arrive.ts'
import { finalize } from '../../../lambdas/finalizer/finalize.ts'
import type { FinalizerPorts } from '../../../lambdas/finalizer/ports.ts'
import type { StateData, StateEntry, TaskCall, TaskInstance } from '../../../run-model/index.ts'
import { memoryStore } from '../../task-runtime/support/memory-store.ts'
import { manualClock, runningRun, type SceneOptions, startMs, wiringOf } from '../../task-runtime/support/scene.ts'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

export function finalizerScene(
  options: Pick<SceneOptions, 'tasks' | 'gates' | 'wiring'> & { readonly records?: readonly TaskInstance[] },
) {
  const clock = manualClock(startMs)
  const store = memoryStore([runningRun])
  for (const record of options.records ?? []) void store.putTaskInstance(null, record)
  const released: string[] = []
  const woken: TaskCall[] = []
  const wiring = wiringOf(options)
  const ports: Writable<FinalizerPorts> & { readonly store: Writable<FinalizerPorts['store']> } = {
    store: { ...store },
    loadWiring: async () => wiring,
    releaseToken: async (token) => void released.push(token),
    wake: async (_fn, call) => void woken.push(call),
    now: clock.now,
  }
  const x = runningRun.execution.name
  const data: StateData = { '^run': { dagId: runningRun.dagId, runId: runningRun.runId } }
  return {
    store,
    ports,
    released,
    woken,
    clock,
    arrive: (
      st: Readonly<Record<string, StateEntry>>,
      up: StateData = data,
      rest: { i?: number; child?: string; live?: readonly string[] } = {},
    ) => arrive(ports, { do: 'arrive', x, w: wiring.hash, st, up, ...rest }),
    finalize: (st: Readonly<Record<string, StateEntry>>, execution = x) =>
      finalize(ports, { do: 'finalize', x: execution, w: wiring.hash, st: { ...data, ...st } }),
    record: (taskId: string, mapIndex?: number) => store.getTaskInstance(runningRun, taskId, mapIndex),
    run: () => store.getRun(runningRun),
  }
}

export function recordOf(taskId: string, fields: Partial<TaskInstance>): TaskInstance {
  return {
    dagId: runningRun.dagId,
    runId: runningRun.runId,
    taskId,
    mapIndex: -1,
    state: 'success',
    tryNumber: 0,
    maxTries: 0,
    operator: 'task',
    startDate: null,
    endDate: null,
    duration: null,
    error: null,
    dagVersion: 3,
    tries: [],
    lease: null,
    ...fields,
  }
}
