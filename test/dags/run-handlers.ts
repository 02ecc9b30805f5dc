/** Runs a DAG's real handlers one after the other, with XComs in memory: what the tasks compute, without any platform. */
import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type Dag,
  type JsonValue,
  provideContext,
  readDag,
  type TaskClient,
  type TaskContext,
} from '../../dag-compiler/define.ts'

/** @returns every task's return value, by task id, as the JSON that the next task gets. */
export async function runHandlers(
  dag: Dag,
  conf: { readonly [key: string]: JsonValue } = {},
): Promise<Map<string, unknown>> {
  const { definition, handlers } = readDag(dag)
  const storage = new AsyncLocalStorage<{ context: TaskContext; client: TaskClient }>()
  provideContext(storage)
  const xcoms = new Map<string, unknown>()
  // A task is placed after its inputs were, so the order of the file is an order of the graph.
  for (const { taskId, inputs } of definition.tasks) {
    const values = Object.entries(inputs).map(([name, input]) => {
      if ('ref' in input) return [name, xcoms.get(`${input.ref} return_value`)]
      if ('value' in input) return [name, input.value]
      throw new Error(`${taskId}.${name}: this test knows references and literals only`)
    })
    const call = { context: contextOf(taskId, conf), client: clientOf(taskId, xcoms) }
    const result = await storage.run(call, async () => handlers.get(taskId)?.(Object.fromEntries(values)))
    xcoms.set(`${taskId} return_value`, JSON.parse(JSON.stringify(result ?? null)))
  }
  return new Map([...xcoms].map(([key, value]) => [key.replace(/ return_value$/, ''), value]))
}

function contextOf(taskId: string, conf: TaskContext['conf']): TaskContext {
  const fields = { dagId: 'test', taskId, runId: 'test', tryNumber: 1, maxTries: 1, mapIndex: -1, conf, dagVersion: 1 }
  const dates = { logicalDate: null, dataIntervalStart: null, dataIntervalEnd: null, runAfter: new Date(0) }
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  return { ...fields, ...dates, signal: new AbortController().signal, idempotencyKey: taskId, log }
}

function clientOf(current: string, xcoms: Map<string, unknown>): TaskClient {
  const missing = async () => {
    throw new Error('these DAGs use XComs only')
  }
  return {
    getVariable: missing,
    getVariableOrThrow: missing,
    setVariable: missing,
    deleteVariable: missing,
    getConnection: missing,
    getConnectionOrThrow: missing,
    async setXCom({ key, value, taskId = current }) {
      xcoms.set(`${taskId} ${key}`, value)
    },
    async getXCom<T>({ key, taskId = current }: { key: string; taskId?: string }) {
      // The caller names the type of what it stored.
      return (xcoms.get(`${taskId} ${key}`) ?? null) as T | null
    },
  }
}
