/**
 * Speaks for tasks that cannot: one that failed for good or whose function crashed, and those its failure made the
 * machine jump over. Their records are written first, then their gates hear of them. Repeating a call changes nothing.
 */
import { type FinalizerCall, flattenStateData, statusOf, taskOf } from '../../run-model/index.ts'
import { arriveAtGates, settleRecord } from '../arrival/index.ts'
import type { FinalizerPorts } from './ports.ts'
import { readStartedRun } from './read-run.ts'

export async function arrive(ports: FinalizerPorts, call: FinalizerCall & { readonly do: 'arrive' }): Promise<void> {
  const { store } = ports
  const ref = flattenStateData(call.up).run
  const wiring = await ports.loadWiring(ref.dagId, call.w)
  const tasks = Object.entries(call.st).map(([key, entry]) => ({
    key,
    status: statusOf(entry),
    task: taskOf(wiring, key),
  }))
  const taskIds = tasks.map(({ task }) => task.taskId)
  const [run, records] = await Promise.all([readStartedRun(store, ref), store.getTaskInstances(ref, taskIds)])
  const at = new Date(ports.now()).toISOString()
  for (const { status, task } of tasks) {
    const record = records.find(({ taskId }) => taskId === task.taskId) ?? null
    await settleRecord(store, { run: ref, task, dagVersion: run.dagVersion }, record, { status, at })
  }
  // Only now: whoever passes a gate may read the record of any of these tasks.
  for (const { key, status } of tasks) {
    await arriveAtGates(ports, wiring, { execution: call.x, taskKey: key, status })
  }
}
