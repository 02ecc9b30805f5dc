/** `stepdag runs show`: one run with the state of every task. */
import { withConnection } from '../../connect.ts'
import { showDuration, showInstant } from '../../output/time.ts'
import type { OutputOptions, PlaceOptions } from '../../program.ts'
import { findRun, type RunArguments } from '../../run/find-run.ts'
import { renderTasks } from '../../run/task-table.ts'
import type { Terminal } from '../../terminal.ts'

export async function showRun(
  terminal: Terminal,
  wanted: RunArguments,
  options: PlaceOptions & OutputOptions,
): Promise<number> {
  const { run, tasks } = await withConnection(terminal, options, async ({ api }) => {
    const found = await findRun(api, wanted)
    return { run: found, tasks: await api.listTaskInstances(found.dagId, found.runId) }
  })
  if (options.json) {
    terminal.print(JSON.stringify({ ...run, tasks }))
    return 0
  }
  const lines = [
    `${run.dagId} ${run.runId}`,
    `state         ${run.state}`,
    `type          ${run.runType}`,
    `logical date  ${showInstant(run.logicalDate)}`,
    `started       ${showInstant(run.startDate)}, took ${showDuration(run.startDate, run.endDate)}`,
    `conf          ${JSON.stringify(run.conf)}`,
    '',
  ]
  terminal.print([...lines, renderTasks(terminal, tasks)].join('\n'))
  return 0
}
