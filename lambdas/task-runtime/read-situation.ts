/**
 * Finds out where a called task stands: its run, its own record and how its upstreams ended. What the state data says
 * of an upstream wins over its record, because the execution has acted on it; for an early rule, its gate says it.
 */
import {
  flattenStateData,
  type GateItem,
  type GateWiring,
  gateIdAt,
  type QueuedRun,
  type Run,
  type RunStore,
  type StateEntry,
  type TaskCall,
  type TaskInstance,
  type TaskWiring,
  taskOf,
  type Wiring,
} from '../../run-model/index.ts'
import { recordedEntry, type TaskPlace } from '../arrival/index.ts'
import { TaskBusy } from './task-busy.ts'

export interface Situation extends TaskPlace {
  readonly run: Exclude<Run, QueuedRun>
  readonly taskKey: string
  /** Index of the instance; -1: the task is not mapped. */
  readonly mapIndex: number
  /** Null: nothing is recorded of this task yet. */
  readonly record: TaskInstance | null
  /** Of an instance in a mapped group: what is recorded for all instances, by a decider outside the group. */
  readonly whole: TaskInstance | null
  /** How a task that ours depends on ended; undefined: not decided. */
  readonly entryOf: (key: string) => StateEntry | undefined
  /** The gate of the task's early rule is open: the rule was decided, whatever its upstreams say by now. */
  readonly isReleased: boolean
}

/** The code of one plan was called by the machine of another. */
class PlanMismatch extends Error {
  override readonly name = 'PlanMismatch'
}

type SituationStore = Pick<RunStore, 'getRun' | 'getTaskInstance' | 'getTaskInstances' | 'getGate'>

/**
 * @throws PlanMismatch before anything is read or written.
 * @throws TaskBusy when the run is not yet recorded as started.
 */
export async function readSituation(store: SituationStore, wiring: Wiring, call: TaskCall): Promise<Situation> {
  requirePlan(wiring, call)
  const task = taskOf(wiring, call.task)
  const known = flattenStateData(call.up)
  const gate = earlyGateOf(wiring, call.task)
  const unseen = dependenciesOf(task).filter(
    (key) => !known.entries.has(key) && !gate?.need.includes(key) && isRead(task, key),
  )
  const [run, records, item] = await Promise.all([
    readStartedRun(store, known.run),
    readRecords(store, wiring, { call, run: known.run, keys: unseen }),
    gate ? store.getGate(call.x, gateIdOf(call, gate)) : null,
  ])
  const hasEnded = (key: string) => known.entries.get(key) ?? recordedEntry(records.upstreams.get(key))
  return {
    run,
    task,
    taskKey: call.task,
    mapIndex: call.i ?? -1,
    dagVersion: run.dagVersion,
    record: records.own,
    whole: records.whole,
    entryOf: (key) => (gate && item && gate.need.includes(key) ? heardAt(gate, item, key) : hasEnded(key)),
    isReleased: item?.open ?? false,
  }
}

/** @throws TaskBusy when the launcher has not recorded the start yet. */
export async function readStartedRun(store: Pick<RunStore, 'getRun'>, ref: { dagId: string; runId: string }) {
  const run = await store.getRun(ref)
  if (!run) throw new Error(`Run "${ref.runId}" of DAG "${ref.dagId}" has no record.`)
  if (run.state === 'queued') throw new TaskBusy(`Run "${run.runId}" is not recorded as started yet.`)
  return run
}

/** Keys of the tasks whose ends decide this one's turn. */
export const dependenciesOf = ({ upstreams, setups = [], teardownOf = [] }: TaskWiring): readonly string[] => [
  ...new Set([...upstreams, ...setups, ...teardownOf]),
]

/** `always` asks no upstream; its setups count all the same, and so do the tasks it is mapped over. */
const isRead = ({ triggerRule, setups = [], mapped }: TaskWiring, key: string): boolean =>
  triggerRule !== 'always' || setups.includes(key) || mapped?.over.includes(key) === true

interface Lookup {
  readonly call: TaskCall
  readonly run: { readonly dagId: string; readonly runId: string }
  /** Keys of upstreams that the state data does not hold. */
  readonly keys: readonly string[]
}

/** Inside a mapped group, an upstream of the same group is the instance of the same index. */
async function readRecords(store: SituationStore, wiring: Wiring, { call, run, keys }: Lookup) {
  const task = taskOf(wiring, call.task)
  const isSibling = (key: string) =>
    call.i !== undefined && task.mappedGroup !== undefined && taskOf(wiring, key).mappedGroup === task.mappedGroup
  const outer = keys.filter((key) => !isSibling(key))
  const [wholes, own, siblings] = await Promise.all([
    store.getTaskInstances(run, [task.taskId, ...outer.map((key) => taskOf(wiring, key).taskId)]),
    call.i === undefined ? null : store.getTaskInstance(run, task.taskId, call.i),
    Promise.all(
      keys.filter(isSibling).map(async (key) => {
        return [key, await store.getTaskInstance(run, taskOf(wiring, key).taskId, call.i)] as const
      }),
    ),
  ])
  const byId = new Map(wholes.map((record) => [record.taskId, record]))
  const whole = byId.get(task.taskId) ?? null
  const upstreams = new Map([
    ...outer.map((key) => [key, byId.get(taskOf(wiring, key).taskId) ?? null] as const),
    ...siblings,
  ])
  return call.i === undefined ? { own: whole, whole: null, upstreams } : { own, whole, upstreams }
}

/** @throws PlanMismatch */
export function requirePlan(wiring: Wiring, call: TaskCall): void {
  if (call.w === wiring.hash) return
  throw new PlanMismatch(
    `The state machine was compiled with plan ${call.w}, this function with plan ${wiring.hash}. ` +
      'Let the machine call the function version it was deployed with, or start a new run.',
  )
}

/** A task whose rule fires early is decided by what its own gate has heard: one item, read at once. */
function earlyGateOf(wiring: Wiring, key: string): GateWiring | null {
  const gate = Object.hasOwn(wiring.gates, key) ? wiring.gates[key] : undefined
  return gate?.rule ? gate : null
}

/** A gate in a mapped group has one item per index. */
export const gateIdOf = ({ task, i }: Pick<TaskCall, 'task' | 'i'>, { mappedGroup }: GateWiring): string =>
  mappedGroup === undefined || i === undefined ? task : gateIdAt(task, i)

const heardAt = (gate: GateWiring, { arrived }: GateItem, key: string): StateEntry | undefined =>
  arrived[gate.need.indexOf(key)]
