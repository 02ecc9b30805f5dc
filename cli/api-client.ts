/**
 * Speaks the HTTP API and turns its snake_case JSON into the names the code uses. Every refusal becomes a problem, every
 * list is read page by page, and every request has an end.
 */
import type {
  Dag,
  DagCollection,
  DagRun,
  DagRunCollection,
  HumanAnswer,
  HumanDetail,
  HumanDetailCollection,
  TaskInstanceCollection,
  TaskInstanceInfo,
  TriggerDagRun,
} from '../lambdas/api/contract.ts'
import type { JsonObject, RunState, TaskError } from '../run-model/index.ts'
import { request } from './api-request.ts'
import { impossibleId } from './problems.ts'

interface ApiDag {
  readonly dagId: string
  readonly schedule: string
  readonly nextRunAfter: string | null
  readonly isPaused: boolean
  readonly file: string
  readonly tags: readonly string[]
}

export interface ApiRun {
  readonly dagId: string
  readonly runId: string
  readonly state: RunState
  readonly runType: string
  readonly logicalDate: string | null
  readonly runAfter: string
  readonly startDate: string | null
  readonly endDate: string | null
  readonly conf: Readonly<Record<string, unknown>>
  /** Why it failed, where no task says so: e.g. `timeout`. */
  readonly reason: string | null
}

export interface ApiTaskInstance {
  readonly taskId: string
  /** Null: not reached. */
  readonly state: string | null
  readonly tries: number
  readonly startDate: string | null
  readonly endDate: string | null
  readonly error: TaskError | null
}

export interface ApiClient {
  listDags(): Promise<ApiDag[]>
  getDag(dagId: string): Promise<ApiDag>
  setPaused(dagId: string, isPaused: boolean): Promise<ApiDag>
  /** @param request `logicalDate` is RFC 3339. */
  trigger(dagId: string, request: { conf: JsonObject; logicalDate: string }): Promise<ApiRun>
  /** Newest first. */
  listRuns(query: { dagId?: string; state?: RunState; limit: number }): Promise<ApiRun[]>
  getRun(dagId: string, runId: string): Promise<ApiRun>
  listTaskInstances(dagId: string, runId: string): Promise<ApiTaskInstance[]>
  /** What tasks ask people, oldest first. @param query `dagId` absent: of every DAG. */
  listQuestions(query: { dagId?: string; isAnswered?: boolean | undefined }): Promise<ApiQuestion[]>
  answerQuestion(
    at: QuestionPlace,
    answer: { chosen: readonly string[]; params: JsonObject; as?: string },
  ): Promise<{ chosen: readonly string[]; respondedBy: string; respondedAt: string }>
}

export interface QuestionPlace {
  readonly dagId: string
  readonly runId: string
  readonly taskId: string
  /** -1: the task is not mapped. */
  readonly mapIndex: number
}

interface ApiQuestion extends QuestionPlace {
  readonly subject: string
  readonly body: string | null
  readonly options: readonly string[]
  readonly multiple: boolean
  readonly createdAt: string
  /** Null: not answered. */
  readonly chosen: readonly string[] | null
  readonly respondedBy: string | null
}

/** Longest page the API gives (Airflow's maximum). */
const pageSize = 100

/** @param apiUrl origin of the API, e.g. `http://127.0.0.1:8080`. */
export function createApiClient(apiUrl: string): ApiClient {
  return {
    async listDags() {
      const dags = await readPages<DagCollection, Dag>(apiUrl, '/dags?order_by=dag_id', { list: (page) => page.dags })
      return dags.map(toDag)
    },
    async getDag(dagId) {
      return toDag(await request<Dag>(apiUrl, dagPath(dagId)))
    },
    async setPaused(dagId, isPaused) {
      return toDag(await request<Dag>(apiUrl, dagPath(dagId), { method: 'PATCH', body: { is_paused: isPaused } }))
    },
    async trigger(dagId, { conf, logicalDate }) {
      // Our JSON is readonly, the contract's is not; a body is only read.
      const body: TriggerDagRun = { conf: conf as TriggerDagRun['conf'], logical_date: logicalDate }
      return toRun(await request<DagRun>(apiUrl, `${dagPath(dagId)}/dagRuns`, { method: 'POST', body }))
    },
    async listRuns({ dagId = '~', state, limit }) {
      const path = `${dagPath(dagId)}/dagRuns?order_by=-run_after${state ? `&state=${state}` : ''}`
      const runs = await readPages<DagRunCollection, DagRun>(apiUrl, path, { list: (page) => page.dag_runs, limit })
      return runs.map(toRun)
    },
    async getRun(dagId, runId) {
      return toRun(await request<DagRun>(apiUrl, runPath(dagId, runId)))
    },
    async listTaskInstances(dagId, runId) {
      const tasks = await readPages<TaskInstanceCollection, TaskInstanceInfo>(
        apiUrl,
        `${runPath(dagId, runId)}/taskInstances?`,
        {
          list: (page) => page.task_instances,
        },
      )
      return tasks.map(toTaskInstance)
    },
    async listQuestions({ dagId = '~', isAnswered }) {
      const filter = isAnswered === undefined ? '' : `response_received=${isAnswered}`
      const path = `${dagPath(dagId)}/dagRuns/~/hitlDetails?${filter}`
      const list = (page: HumanDetailCollection) => page.hitl_details
      return (await readPages<HumanDetailCollection, HumanDetail>(apiUrl, path, { list })).map(toQuestion)
    },
    async answerQuestion({ dagId, runId, taskId, mapIndex }, { chosen, params, as }) {
      const path = `${runPath(dagId, runId)}/taskInstances/${encodeURIComponent(taskId)}/${mapIndex}/hitlDetails`
      const body = { chosen_options: chosen, params_input: params }
      const input = { method: 'PATCH', body, ...(as !== undefined && { as }) } as const
      const answer = await request<HumanAnswer>(apiUrl, path, input)
      return { chosen: answer.chosen_options, respondedBy: answer.responded_by.name, respondedAt: answer.responded_at }
    },
  }
}

const dagPath = (dagId: string) => `/dags/${segment('DAG', dagId)}`
const runPath = (dagId: string, runId: string) => `${dagPath(dagId)}/dagRuns/${segment('run', runId)}`

/** The three texts that a path cannot hold in any encoding. No DAG and no run has such an id. */
function segment(kind: 'DAG' | 'run', id: string): string {
  if (['', '.', '..'].includes(id)) throw impossibleId({ kind, id })
  return encodeURIComponent(id)
}

interface ReadPagesOptions<Page, Item> {
  readonly list: (page: Page) => readonly Item[]
  /** @default all */
  readonly limit?: number
}

async function readPages<Page extends { readonly total_entries: number }, Item>(
  apiUrl: string,
  path: string,
  { list, limit = Number.POSITIVE_INFINITY }: ReadPagesOptions<Page, Item>,
): Promise<Item[]> {
  const items: Item[] = []
  while (items.length < limit) {
    const page = await request<Page>(
      apiUrl,
      `${path}&limit=${Math.min(pageSize, limit - items.length)}&offset=${items.length}`,
    )
    const found = list(page)
    items.push(...found)
    if (found.length === 0 || items.length >= page.total_entries) break
  }
  return items
}

function toDag(dag: Dag): ApiDag {
  return {
    dagId: dag.dag_id,
    schedule: dag.timetable_summary,
    nextRunAfter: dag.next_dagrun_run_after,
    isPaused: dag.is_paused,
    file: dag.relative_fileloc,
    tags: dag.tags.map(({ name }) => name),
  }
}

function toRun(run: DagRun): ApiRun {
  return {
    dagId: run.dag_id,
    runId: run.dag_run_id,
    state: run.state,
    runType: run.run_type,
    logicalDate: run.logical_date,
    runAfter: run.run_after,
    startDate: run.start_date,
    endDate: run.end_date,
    conf: run.conf,
    reason: run.reason,
  }
}

function toQuestion({ task_instance: { dag_id, dag_run_id, task_id, map_index }, ...asked }: HumanDetail): ApiQuestion {
  return {
    dagId: dag_id,
    runId: dag_run_id,
    taskId: task_id,
    mapIndex: map_index,
    subject: asked.subject,
    body: asked.body,
    options: asked.options,
    multiple: asked.multiple,
    createdAt: asked.created_at,
    chosen: asked.chosen_options,
    respondedBy: asked.responded_by_user?.name ?? null,
  }
}

function toTaskInstance(task: TaskInstanceInfo): ApiTaskInstance {
  return {
    taskId: task.task_id,
    // The API speaks Airflow 3.2, which has no word for it.
    state: task.operator === 'human_input' && task.state === 'deferred' ? 'awaiting_input' : task.state,
    tries: task.try_number,
    startDate: task.start_date,
    endDate: task.end_date,
    error: task.error,
  }
}
