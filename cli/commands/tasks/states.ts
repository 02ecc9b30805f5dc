/** `stepdag tasks states`: every task of a run, reached or not. */
import { withConnection } from '../../connect.ts'
import type { OutputOptions, PlaceOptions } from '../../program.ts'
import { findRun, type RunArguments } from '../../run/find-run.ts'
import { renderTasks } from '../../run/task-table.ts'
import type { Terminal } from '../../terminal.ts'

export async function taskStates(
  terminal: Terminal,
  wanted: RunArguments,
  options: PlaceOptions & OutputOptions,
): Promise<number> {
  const tasks = await withConnection(terminal, options, async ({ api }) => {
    const run = await findRun(api, wanted)
    return api.listTaskInstances(run.dagId, run.runId)
  })
  if (options.json) for (const task of tasks) terminal.print(JSON.stringify(task))
  else terminal.print(renderTasks(terminal, tasks))
  return 0
}
