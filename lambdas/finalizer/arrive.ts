/**
 * Speaks for tasks that cannot: one that failed for good or whose function crashed, those its failure made the machine jump
 * over, services, mapped tasks as a whole. Their records are written first, then their gates hear of them. Repeating a
 * call changes nothing.
 */
import {
  type ArriveAnswer,
  countsForVerdict,
  type FinalizerCall,
  flattenStateData,
  hasFailed,
  type RunRef,
  type StateEntry,
  stopsOnFailure,
  type TaskInstance,
  taskOf,
  type Wiring,
} from '../../run-model/index.ts'
import { arriveAtGates, inBounds, recordedEntry, settleRecord, stopWaiting } from '../arrival/index.ts'
import { readStartedRun } from '../ending/index.ts'
import type { FinalizerPorts } from './ports.ts'

type ArriveCall = FinalizerCall & { readonly do: 'arrive' }

export async function arrive(ports: FinalizerPorts, call: ArriveCall): Promise<ArriveAnswer> {
  const ref = flattenStateData(call.up).run
  const wiring = await ports.loadWiring(ref.dagId, call.w)
  const keys = [...Object.keys(call.st), ...childKeys(wiring, call)]
  const [run, records] = await Promise.all([
    readStartedRun(ports.store, ref),
    readRecords(ports, wiring, { ref, call, keys }),
  ])
  const at = new Date(ports.now()).toISOString()
  const mapIndex = call.i ?? -1
  const ended = keys.map((key) => ({ key, status: endOf(call, key, records.get(key)), task: taskOf(wiring, key) }))
  // Before the records: whoever reads one of them as failed finds the run marked.
  const isStopping = stopsRun(wiring, ended)
  if (isStopping) await ports.store.markRunFailing(ref, call.x)
  await inBounds(ended, ({ key, status, task }) => {
    const place = { run: ref, task, dagVersion: run.dagVersion, mapIndex }
    return settleRecord(ports.store, place, records.get(key) ?? null, { status, at })
  })
  // Only now: whoever passes a gate may read the record of any of these tasks.
  await inBounds(ended, ({ key, status }) =>
    arriveAtGates(ports, wiring, { execution: call.x, taskKey: key, status, mapIndex }),
  )
  if (isStopping && wiring.onFailure === 'failFast') await stopWaiting(ports, wiring, ref)
  if (!call.live) return {}
  const live = new Set(call.live)
  return { st: Object.fromEntries(ended.filter(({ key }) => live.has(key)).map(({ key, status }) => [key, status])) }
}

/** Tasks of a child execution that failed as a whole. */
const childKeys = ({ children = {} }: Wiring, { child, st }: ArriveCall): readonly string[] =>
  child === undefined ? [] : (children[child] ?? []).filter((key) => !Object.hasOwn(st, key))

/** In a child that failed as a whole, what has no end did not get one any more. */
const endOf = ({ st }: ArriveCall, key: string, record: TaskInstance | null | undefined): StateEntry =>
  (Object.hasOwn(st, key) ? st[key] : undefined) ?? recordedEntry(record) ?? 'failed'

/** One failure for good is enough, where failures stop the run. */
const stopsRun = (wiring: Wiring, ended: readonly { readonly key: string; readonly status: StateEntry }[]): boolean =>
  stopsOnFailure(wiring) && ended.some(({ key, status }) => hasFailed(status) && countsForVerdict(wiring, key))

interface Wanted {
  readonly ref: RunRef
  readonly call: ArriveCall
  readonly keys: readonly string[]
}

/** By task key. */
async function readRecords(
  { store }: FinalizerPorts,
  wiring: Wiring,
  { ref, call: { i }, keys }: Wanted,
): Promise<ReadonlyMap<string, TaskInstance | null>> {
  if (i !== undefined) {
    const instances = keys.map(
      async (key) => [key, await store.getTaskInstance(ref, taskOf(wiring, key).taskId, i)] as const,
    )
    return new Map(await Promise.all(instances))
  }
  const records = await store.getTaskInstances(
    ref,
    keys.map((key) => taskOf(wiring, key).taskId),
  )
  const byId = new Map(records.map((record) => [record.taskId, record]))
  return new Map(keys.map((key) => [key, byId.get(taskOf(wiring, key).taskId) ?? null]))
}
