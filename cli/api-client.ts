/**
 * Speaks the HTTP API and turns its snake_case JSON into the names the code uses. Every refusal becomes a problem, every
 * list is read page by page, and every request has an end.
 */
import type { JsonObject } from '../run-model/index.ts'
import { refused, worldGone } from './problems.ts'

export type ApiRunState = 'queued' | 'running' | 'success' | 'failed'

export interface ApiDag {
  readonly dagId: string
  readonly schedule: string | null
  readonly nextRunAfter: string | null
  readonly isPaused: boolean
  readonly file: string
  readonly tags: readonly string[]
}

export interface ApiRun {
  readonly dagId: string
  readonly runId: string
  readonly state: ApiRunState
  readonly runType: string
  readonly logicalDate: string | null
  readonly runAfter: string
  readonly startDate: string | null
  readonly endDate: string | null
  readonly conf: JsonObject
}

export interface ApiTaskInstance {
  readonly taskId: string
  /** Null: not reached. */
  readonly state: string | null
  readonly tries: number
  readonly startDate: string | null
  readonly endDate: string | null
}

export interface ApiClient {
  listDags(): Promise<ApiDag[]>
  setPaused(dagId: string, isPaused: boolean): Promise<ApiDag>
  /** @param logicalDate RFC 3339. */
  trigger(dagId: string, request: { conf: JsonObject; logicalDate: string }): Promise<ApiRun>
  /** Newest first. */
  listRuns(query: { dagId?: string; state?: ApiRunState; limit: number }): Promise<ApiRun[]>
  getRun(dagId: string, runId: string): Promise<ApiRun>
  listTaskInstances(dagId: string, runId: string): Promise<ApiTaskInstance[]>
}

/** Longest page the API gives (Airflow's maximum). */
const pageSize = 100
const requestTimeoutMs = 30_000

/** @param apiUrl origin of the API, e.g. `http://127.0.0.1:8080`. */
export function createApiClient(apiUrl: string): ApiClient {
  const call = (path: string, init?: { method: string; body: unknown }) => request(apiUrl, path, init)
  return {
    listDags: async () => (await pages(call, '/dags?order_by=dag_id', 'dags', Number.POSITIVE_INFINITY)).map(toDag),
    setPaused: async (dagId, isPaused) =>
      toDag(await call(`/dags/${encodeURIComponent(dagId)}`, { method: 'PATCH', body: { is_paused: isPaused } })),
    trigger: async (dagId, { conf, logicalDate }) =>
      toRun(
        await call(`/dags/${encodeURIComponent(dagId)}/dagRuns`, {
          method: 'POST',
          body: { conf, logical_date: logicalDate },
        }),
      ),
    listRuns: async ({ dagId = '~', state, limit }) => {
      const filter = state ? `&state=${state}` : ''
      return (
        await pages(call, `/dags/${encodeURIComponent(dagId)}/dagRuns?order_by=-run_after${filter}`, 'dag_runs', limit)
      ).map(toRun)
    },
    getRun: async (dagId, runId) => toRun(await call(runPath(dagId, runId))),
    listTaskInstances: async (dagId, runId) =>
      (await pages(call, `${runPath(dagId, runId)}/taskInstances?`, 'task_instances', Number.POSITIVE_INFINITY)).map(
        toTaskInstance,
      ),
  }
}

const runPath = (dagId: string, runId: string) =>
  `/dags/${encodeURIComponent(dagId)}/dagRuns/${encodeURIComponent(runId)}`

/** The API's own JSON: fields are read where they are converted. */
type Wire = Record<string, unknown>
type Call = (path: string, init?: { method: string; body: unknown }) => Promise<Wire>

async function pages(call: Call, path: string, list: string, limit: number): Promise<Wire[]> {
  const items: Wire[] = []
  while (items.length < limit) {
    const page = await call(`${path}&limit=${Math.min(pageSize, limit - items.length)}&offset=${items.length}`)
    const found = page[list] as Wire[] // the contract's list of this path
    items.push(...found)
    if (found.length === 0 || items.length >= Number(page.total_entries)) break
  }
  return items
}

async function request(apiUrl: string, path: string, init?: { method: string; body: unknown }): Promise<Wire> {
  const response = await fetch(`${apiUrl}/api/v2${path}`, {
    method: init?.method ?? 'GET',
    headers: { accept: 'application/json', ...(init && { 'content-type': 'application/json' }) },
    ...(init && { body: JSON.stringify(init.body) }),
    signal: AbortSignal.timeout(requestTimeoutMs),
  }).catch((error: Error & { cause?: NodeJS.ErrnoException }) => {
    throw worldGone({ apiUrl, reason: error.cause?.code ?? error.message })
  })
  // Every answer of the API is a JSON object; anything else is read as an empty one.
  const answer = (await response.json().catch(() => ({}))) as Wire
  if (response.ok) return answer
  if (response.status >= 500 && typeof answer.code !== 'string') {
    throw new Error(`${init?.method ?? 'GET'} ${path} answered ${response.status}: ${JSON.stringify(answer)}`)
  }
  throw refused({
    code: typeof answer.code === 'string' ? answer.code : `http-${response.status}`,
    detail: detailText(answer.detail),
    why: typeof answer.why === 'string' ? answer.why : `the API answered ${response.status}`,
    fix: typeof answer.fix === 'string' ? answer.fix : 'change the request as said above',
  })
}

/** A malformed request answers a list of places and messages. */
function detailText(detail: unknown): string {
  if (typeof detail === 'string') return detail
  if (!Array.isArray(detail)) return 'the request was refused'
  return detail.map(({ loc, msg }) => `${[loc].flat().join('.')}: ${msg}`).join('; ')
}

// The casts below name the contract's types of these fields (lambdas/api/contract.ts).
function toDag(wire: Wire): ApiDag {
  return {
    dagId: wire.dag_id as string,
    schedule: wire.timetable_summary as string | null,
    nextRunAfter: wire.next_dagrun_run_after as string | null,
    isPaused: wire.is_paused as boolean,
    file: wire.relative_fileloc as string,
    tags: (wire.tags as { name: string }[]).map(({ name }) => name),
  }
}

function toRun(wire: Wire): ApiRun {
  return {
    dagId: wire.dag_id as string,
    runId: wire.dag_run_id as string,
    state: wire.state as ApiRunState,
    runType: wire.run_type as string,
    logicalDate: wire.logical_date as string | null,
    runAfter: wire.run_after as string,
    startDate: wire.start_date as string | null,
    endDate: wire.end_date as string | null,
    conf: wire.conf as JsonObject,
  }
}

function toTaskInstance(wire: Wire): ApiTaskInstance {
  return {
    taskId: wire.task_id as string,
    state: wire.state as string | null,
    tries: wire.try_number as number,
    startDate: wire.start_date as string | null,
    endDate: wire.end_date as string | null,
  }
}
