/** The few API calls the end-to-end tests make, and waiting for what they should come to. */
import { eventually } from '../../local/support/eventually.ts'

export interface ApiRun {
  readonly dag_run_id: string
  readonly state: string
  readonly run_type: string
}
export interface ApiTask {
  readonly task_id: string
  readonly state: string | null
  readonly try_number: number
}

export function apiAt(apiUrl: string) {
  // biome-ignore lint/suspicious/noExplicitAny: bodies of many endpoints; each test says what it expects of them
  const call = async (path: string, init?: RequestInit): Promise<any> => {
    const answer = await fetch(`${apiUrl}/api/v2${path}`, init)
    const body = await answer.json()
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(body)}`)
    return body
  }
  const json = { 'content-type': 'application/json' }
  return {
    get: call,
    patch: (path: string, body: object) => call(path, { method: 'PATCH', headers: json, body: JSON.stringify(body) }),
    trigger: (dagId: string, body: object = {}): Promise<ApiRun> =>
      call(`/dags/${dagId}/dagRuns`, {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ logical_date: null, ...body }),
      }),
    run: (dagId: string, runId: string): Promise<ApiRun> => call(`/dags/${dagId}/dagRuns/${encodeURIComponent(runId)}`),
    runs: async (dagId: string): Promise<readonly ApiRun[]> =>
      (await call(`/dags/${dagId}/dagRuns?limit=100`)).dag_runs,
    async tasks(dagId: string, runId: string): Promise<Readonly<Record<string, ApiTask>>> {
      const { task_instances: tasks } = await call(`/dags/${dagId}/dagRuns/${encodeURIComponent(runId)}/taskInstances`)
      return Object.fromEntries(tasks.map((task: ApiTask) => [task.task_id, task]))
    },
    /** The run once it has ended. */
    ended(dagId: string, runId: string): Promise<ApiRun> {
      return eventually(
        () => this.run(dagId, runId),
        ({ state }) => state === 'success' || state === 'failed',
        40_000,
      )
    },
  }
}
