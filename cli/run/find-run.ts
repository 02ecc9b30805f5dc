/** Turns what the user typed into a run that exists: a run id, or the DAG's latest run when none was given. */
import type { ApiClient, ApiRun } from '../api-client.ts'
import { noRunYet } from '../problems.ts'

export interface RunArguments {
  readonly dagId: string
  readonly runId: string | undefined
}

export async function findRun(api: ApiClient, { dagId, runId }: RunArguments): Promise<ApiRun> {
  if (runId !== undefined) return api.getRun(dagId, runId)
  const [latest] = await api.listRuns({ dagId, limit: 1 })
  if (!latest) throw noRunYet({ dagId })
  return latest
}
