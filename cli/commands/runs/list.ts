/** `stepdag runs list`: runs of one DAG or of all, newest first. */
import type { RunState } from '../../../run-model/index.ts'
import type { ApiRun } from '../../api-client.ts'
import { withConnection } from '../../connect.ts'
import { renderTable } from '../../output/table.ts'
import { showDuration, showInstant } from '../../output/time.ts'
import type { OutputOptions, PlaceOptions } from '../../program.ts'
import type { Terminal } from '../../terminal.ts'

export interface ListRunsOptions extends PlaceOptions, OutputOptions {
  readonly state?: RunState
  readonly limit: number
}

export async function listRuns(
  terminal: Terminal,
  dagId: string | undefined,
  options: ListRunsOptions,
): Promise<number> {
  const query = {
    ...(dagId !== undefined && { dagId }),
    ...(options.state && { state: options.state }),
    limit: options.limit,
  }
  const runs = await withConnection(terminal, options, ({ api }) => api.listRuns(query))
  if (options.json) for (const run of runs) terminal.print(JSON.stringify(run))
  else if (runs.length === 0) terminal.print('no runs')
  else terminal.print(renderTable(terminal, ['DAG', 'run', 'state', 'started', 'took'], runs.map(cells)))
  return 0
}

function cells({ dagId, runId, state, startDate, endDate }: ApiRun): string[] {
  return [dagId, runId, state, showInstant(startDate), showDuration(startDate, endDate)]
}
