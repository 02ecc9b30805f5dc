/**
 * What a running task can ask: `getContext()` says which try this is, `getClient()` reads and writes XComs, variables and
 * connections. Both are empty until the task runtime fills the slot; a DAG file that is only read never has them.
 */
import type { JsonObject, JsonValue } from '../../run-model/index.ts'

/** The running try. Dates are UTC instants. */
export interface TaskContext {
  readonly dagId: string
  readonly taskId: string
  readonly runId: string
  /** From 1. */
  readonly tryNumber: number
  /** Greatest number of tries: `retries` + 1. */
  readonly maxTries: number
  /** −1 for a task that is not mapped. */
  readonly mapIndex: number
  /** Fires when the try ran out of time: `executionTimeout`, or 10 s before the platform's own limit. */
  readonly signal: AbortSignal
  /** Null in a run without logical date, as are both ends of the interval. */
  readonly logicalDate: Date | null
  readonly dataIntervalStart: Date | null
  readonly dataIntervalEnd: Date | null
  /** Earliest start of the run. */
  readonly runAfter: Date
  /** What the run was triggered with; `{}` for a scheduled run. */
  readonly conf: JsonObject
  readonly dagVersion: number
  /** Equal for every repeat of one try, different between tries: hand it to services that deduplicate. */
  readonly idempotencyKey: string
  /** Of a deferrable task: whose answer it waits for. Absent: the task does not wait. */
  readonly deferral?: Deferral
  readonly log: TaskLog
}

/** Under this key outside work answers for the task that started it. */
export interface Deferral {
  readonly dagId: string
  readonly runId: string
  readonly taskId: string
  readonly mapIndex: number
  readonly tryNumber: number
  /** Below the API's address: `POST` the result to `<path>/complete`, signs of life to `<path>/heartbeat`. */
  readonly path: string
  /** When an answer comes too late. Null: no limit but the run's own. */
  readonly deadline: Date | null
}

/** Lines in the try's log. `fields` are searchable. */
export interface TaskLog {
  debug(message: string, fields?: JsonObject): void
  info(message: string, fields?: JsonObject): void
  warn(message: string, fields?: JsonObject): void
  error(message: string, fields?: JsonObject): void
}

/** Where an XCom is. What is left out is the running task's own. */
export interface GetXComOpts {
  readonly key: string
  readonly dagId?: string
  readonly runId?: string
  readonly taskId?: string
  readonly mapIndex?: number | null
  /** Also search earlier runs of the DAG, newest first. @default false */
  readonly includePriorDates?: boolean
}

export interface SetXComOpts {
  readonly key: string
  readonly value: JsonValue
  readonly dagId?: string
  readonly runId?: string
  readonly taskId?: string
  readonly mapIndex?: number | null
}

/** A connection as Airflow stores it. `extra` is JSON as text. */
export interface ConnectionResult {
  readonly connId: string
  readonly connType: string
  readonly host: string | null
  readonly schema: string | null
  readonly login: string | null
  readonly password: string | null
  readonly port: number | null
  readonly extra: string | null
}
export type Connection = ConnectionResult

/** Reads and writes what tasks share. A lookup that finds nothing answers null; `…OrThrow` fails the try instead. */
export interface TaskClient {
  getVariable(key: string): Promise<string | null>
  /** @throws VariableNotFoundError */
  getVariableOrThrow(key: string): Promise<string>
  setVariable(key: string, value: string, description?: string | null): Promise<void>
  /** Deleting a variable that does not exist is no error. */
  deleteVariable(key: string): Promise<void>
  getConnection(connId: string): Promise<ConnectionResult | null>
  /** @throws ConnectionNotFoundError */
  getConnectionOrThrow(connId: string): Promise<ConnectionResult>
  getXCom<T = unknown>(opts: GetXComOpts): Promise<T | null>
  setXCom(opts: SetXComOpts): Promise<void>
}

export interface ContextStorage {
  getStore(): { readonly context: TaskContext; readonly client: TaskClient } | undefined
}

/**
 * The product's only module-level variable. This file must not import Node, yet `getContext()` has to survive `await`:
 * the runtime puts an AsyncLocalStorage here, once, before the first handler runs.
 */
let storage: ContextStorage | undefined

/** For the task runtime, not for DAG files. */
export function provideContext(provided: ContextStorage): void {
  storage = provided
}

/**
 * The running try.
 *
 * @throws Error outside a handler.
 * @example const { logicalDate, log } = getContext()
 */
export function getContext(): TaskContext {
  return current('getContext').context
}

/**
 * The client of the running try.
 *
 * @throws Error outside a handler.
 * @example await getClient().setXCom({ key: 'rows', value: 3 })
 */
export function getClient(): TaskClient {
  return current('getClient').client
}

function current(asked: string): { readonly context: TaskContext; readonly client: TaskClient } {
  const found = storage?.getStore()
  if (found) return found
  throw new Error(
    `${asked}() was called outside a task. Call it inside a handler: it belongs to the try that is running.`,
  )
}
