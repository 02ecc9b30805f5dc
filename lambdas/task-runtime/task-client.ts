/**
 * What `getClient()` answers: XComs, variables and connections. Once the try has ended or is somebody else's it refuses to
 * write, so that a handler which outlived its timeout or its lease cannot change what another try sees.
 */
import {
  type Connection,
  ConnectionNotFoundError,
  type GetXComOpts,
  type TaskClient,
  VariableNotFoundError,
} from '../../dag-compiler/define.ts'
import type { JsonValue, TaskInstance } from '../../run-model/index.ts'
import type { HeldLease } from './hold-lease.ts'
import type { TaskPorts } from './ports.ts'
import type { Situation } from './read-situation.ts'
import { toJsonValue } from './to-json-value.ts'

interface ClientOfTry {
  readonly run: Situation['run']
  readonly running: TaskInstance
  readonly lease: Pick<HeldLease, 'confirm'>
  /** Aborted when the try has ended. */
  readonly ended: AbortSignal
}

type ClientPorts = Pick<TaskPorts, 'store' | 'secrets' | 'now'>

export function taskClient(ports: ClientPorts, attempt: ClientOfTry): TaskClient {
  const { store, secrets } = ports
  const getVariable = async (key: string) => (await secrets.variable(key)) ?? store.getVariable(key)
  const getConnection = (id: string): Promise<Connection | null> => secrets.connection(id)
  return {
    getVariable,
    getVariableOrThrow: async (key) => found(await getVariable(key), () => new VariableNotFoundError(key)),
    async setVariable(key, value) {
      await confirmOurs(attempt)
      await store.setVariable(key, value)
    },
    async deleteVariable(key) {
      await confirmOurs(attempt)
      await store.deleteVariable(key)
    },
    getConnection,
    getConnectionOrThrow: async (id) => found(await getConnection(id), () => new ConnectionNotFoundError(id)),
    // An XCom's shape is the promise of the task that pushed it; the author names it in the type argument.
    getXCom: async <T>(options: GetXComOpts) => (await readXCom(ports, attempt, options)) as T | null,
    async setXCom({ key, value, ...options }) {
      await confirmOurs(attempt)
      const { run, taskId, mapIndex } = placeOf(attempt, options)
      const json = toJsonValue(value, `XCom "${key}" of task "${taskId}"`)
      await store.putXCom(run, { taskId, mapIndex, key, value: json, timestamp: new Date(ports.now()).toISOString() })
    },
  }
}

type XComPlace = Omit<GetXComOpts, 'key' | 'includePriorDates'>

function placeOf({ running }: ClientOfTry, options: XComPlace) {
  const run = { dagId: options.dagId ?? running.dagId, runId: options.runId ?? running.runId }
  const taskId = options.taskId ?? running.taskId
  const isOwn = taskId === running.taskId && run.dagId === running.dagId && run.runId === running.runId
  return { run, taskId, mapIndex: options.mapIndex ?? (isOwn ? running.mapIndex : -1) }
}

async function readXCom(ports: ClientPorts, attempt: ClientOfTry, options: GetXComOpts): Promise<JsonValue> {
  const { run, taskId, mapIndex } = placeOf(attempt, options)
  const entry = await ports.store.getXCom(run, taskId, options.key, mapIndex)
  if (entry || !options.includePriorDates) return entry?.value ?? null
  for await (const runId of earlierRuns(ports, run.dagId, attempt.run)) {
    const earlier = await ports.store.getXCom({ dagId: run.dagId, runId }, taskId, options.key, mapIndex)
    if (earlier) return earlier.value
  }
  return null
}

const runsPerPage = 50
/** How far back `includePriorDates` looks. */
const mostEarlierRuns = 1_000

/** Ids of the runs before this one, newest first. */
async function* earlierRuns(ports: ClientPorts, dagId: string, current: Situation['run']): AsyncGenerator<string> {
  for (let offset = 0; offset < mostEarlierRuns; offset += runsPerPage) {
    const query = { dagId, runAfterLte: current.runAfter, limit: runsPerPage, offset }
    const { items } = await ports.store.listRuns(query)
    for (const { runId } of items) if (runId !== current.runId) yield runId
    if (items.length < runsPerPage) return
  }
}

/** @throws Error when the try has ended, LeaseLost when it is somebody else's. */
async function confirmOurs({ running, lease, ended }: ClientOfTry): Promise<void> {
  if (!ended.aborted) return lease.confirm()
  throw new Error(
    `Try ${running.tryNumber} of task "${running.taskId}" has ended, so it can no longer write. Stop when getContext().signal fires.`,
  )
}

function found<T>(value: T | null, missing: () => Error): T {
  if (value === null) throw missing()
  return value
}
