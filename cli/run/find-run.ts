/** Turns what the user typed into a run that exists: a run id, or the DAG's latest run when none was given. */
import type { ApiClient, ApiRun } from '../api-client.ts'
import { CliError } from '../cli-error.ts'
import { didYouMean } from '../did-you-mean.ts'
import { noRunYet, runNotFound } from '../problems.ts'

export interface RunArguments {
  readonly dagId: string
  readonly runId: string | undefined
}

/** Recent runs whose ids a mistyped one is compared with. */
const recentRuns = 100

export async function findRun(api: ApiClient, { dagId, runId }: RunArguments): Promise<ApiRun> {
  if (runId === undefined) {
    const [latest] = await api.listRuns({ dagId, limit: 1 })
    if (!latest) throw noRunYet({ dagId })
    return latest
  }
  return api.getRun(dagId, runId).catch(async (error) => {
    if (!(error instanceof CliError) || error.problem.code !== 'unknown-run') throw error
    const recent = await api.listRuns({ dagId, limit: recentRuns })
    throw runNotFound({
      dagId,
      runId,
      near: didYouMean(
        runId,
        recent.map((run) => run.runId),
      ),
    })
  })
}
