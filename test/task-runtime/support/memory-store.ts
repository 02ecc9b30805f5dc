/** The run table in memory: the parts that task runtime and finalizer use, with the same conditional writes. */
import { isDeepStrictEqual } from 'node:util'
import type { FinalizerPorts } from '../../../lambdas/finalizer/ports.ts'
import type { TaskStore } from '../../../lambdas/task-runtime/ports.ts'
import {
  type GateItem,
  holderOf,
  type Run,
  type RunRef,
  type RunStore,
  type TaskInstance,
  type XComEntry,
} from '../../../run-model/index.ts'

export type MemoryStore = TaskStore &
  FinalizerPorts['store'] &
  Pick<RunStore, 'getTaskInstance' | 'listXComs' | 'markRunFailing' | 'listMappedXComs'> & {
    readonly gates: Map<string, GateItem>
    readonly runs: Map<string, Run>
    readonly variables: Map<string, string>
    /** What a gate's state does when it is entered: false means it is open already. */
    waitAtGate(execution: string, gate: string, token: string): Promise<boolean>
  }

export function memoryStore(runs: readonly Run[]): MemoryStore {
  const byId = new Map(runs.map((run) => [key(run), run]))
  const records = new Map<string, TaskInstance>()
  const xcoms = new Map<string, XComEntry>()
  const gates = new Map<string, GateItem>()
  const variables = new Map<string, string>()
  const recordKey = (ref: RunRef, taskId: string, mapIndex = -1) => key(ref, taskId, mapIndex)
  const gateAt = (execution: string, gate: string): GateItem =>
    gates.get(`${execution}/${gate}`) ?? { arrived: {}, open: false, token: null, held: null }
  const putGate = (execution: string, gate: string, item: GateItem): GateItem => {
    gates.set(`${execution}/${gate}`, item)
    return item
  }
  const ofRun = (ref: RunRef) => [...records.values()].filter((record) => key(record) === key(ref))

  return {
    gates,
    runs: byId,
    variables,
    getRun: async (ref) => byId.get(key(ref)) ?? null,
    async finishRun(run) {
      const stored = byId.get(key(run))
      if (stored?.state === 'running' && stored.execution.name === run.execution.name) byId.set(key(run), run)
      return byId.get(key(run)) ?? null
    },
    async markRunFailing(ref, execution) {
      const stored = byId.get(key(ref))
      if (stored?.state !== 'running' || stored.execution.name !== execution) return
      byId.set(key(ref), { ...stored, failing: true })
    },
    async listRuns({ dagId, runAfterLte, limit, offset }) {
      const matching = [...byId.values()]
        .filter((run) => run.dagId === dagId && run.runAfter <= (runAfterLte ?? '9'))
        .sort((a, b) => (a.runAfter < b.runAfter ? 1 : -1))
      return { items: matching.slice(offset, offset + limit), total: matching.length }
    },
    getTaskInstance: async (ref, taskId, mapIndex) => records.get(recordKey(ref, taskId, mapIndex)) ?? null,
    getTaskInstances: async (ref, taskIds) =>
      ofRun(ref).filter(({ taskId, mapIndex }) => mapIndex === -1 && taskIds.includes(taskId)),
    listTaskInstances: async (ref) => ofRun(ref),
    // No test stores a manifest: wirings are handed in.
    getManifestByPlan: async () => null,
    async putTaskInstance(seen, next) {
      const place = recordKey(next, next.taskId, next.mapIndex)
      const stored = records.get(place) ?? null
      if (!isSame(stored, seen)) return { written: isDeepStrictEqual(stored, next), stored: stored ?? next }
      records.set(place, next)
      return { written: true, stored: next }
    },
    async putXCom(ref, entry) {
      xcoms.set(key(ref, entry.taskId, entry.mapIndex, entry.key), entry)
    },
    getXCom: async (ref, taskId, name, mapIndex = -1) => xcoms.get(key(ref, taskId, mapIndex, name)) ?? null,
    listXComs: async (ref, taskId, mapIndex = -1) =>
      [...xcoms].filter(([place]) => place.startsWith(`${key(ref, taskId, mapIndex)}|`)).map(([, entry]) => entry),
    listMappedXComs: async (ref, taskId, name) =>
      [...xcoms]
        .filter(([place, entry]) => place === key(ref, taskId, entry.mapIndex, name) && entry.mapIndex >= 0)
        .map(([, entry]) => entry)
        .toSorted((a, b) => a.mapIndex - b.mapIndex),
    async deleteXComs(ref, taskId, mapIndex = -1) {
      for (const place of [...xcoms.keys()]) if (place.startsWith(`${key(ref, taskId, mapIndex)}|`)) xcoms.delete(place)
    },
    async arriveAtGate(execution, gate, position, status) {
      const item = gateAt(execution, gate)
      return putGate(execution, gate, { ...item, arrived: { ...item.arrived, [position]: status } })
    },
    openGate: async (execution, gate) => putGate(execution, gate, { ...gateAt(execution, gate), open: true }),
    async holdGate(execution, gate, held) {
      const item = gateAt(execution, gate)
      if (!item.open) putGate(execution, gate, { ...item, held })
      return !item.open
    },
    getGate: async (execution, gate) => gateAt(execution, gate),
    async waitAtGate(execution, gate, token) {
      const item = gateAt(execution, gate)
      if (item.open) return false
      putGate(execution, gate, { ...item, token })
      return true
    },
    getVariable: async (name) => variables.get(name) ?? null,
    async setVariable(name, value) {
      variables.set(name, value)
    },
    async deleteVariable(name) {
      variables.delete(name)
    },
  }
}

const key = ({ dagId, runId }: RunRef, ...rest: readonly (string | number)[]) => [dagId, runId, ...rest].join('|')

const isSame = (stored: TaskInstance | null, seen: TaskInstance | null): boolean =>
  stored?.state === seen?.state &&
  stored?.tryNumber === seen?.tryNumber &&
  (stored && holderOf(stored)) === (seen && holderOf(seen))
