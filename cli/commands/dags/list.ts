/** `stepdag dags list`: every DAG with its schedule, pause and next run. */
import { withConnection } from '../../connect.ts'
import { renderTable } from '../../output/table.ts'
import { showInstant } from '../../output/time.ts'
import type { OutputOptions, PlaceOptions } from '../../program.ts'
import type { Terminal } from '../../terminal.ts'

export async function listDags(terminal: Terminal, options: PlaceOptions & OutputOptions): Promise<number> {
  const dags = await withConnection(terminal, options, ({ api }) => api.listDags())
  if (options.json) for (const dag of dags) terminal.print(JSON.stringify(dag))
  else {
    const rows = dags.map(({ dagId, schedule, isPaused, nextRunAfter, file }) => [
      dagId,
      schedule ?? 'manual',
      isPaused ? 'yes' : 'no',
      showInstant(nextRunAfter),
      file,
    ])
    terminal.print(renderTable(terminal, ['DAG', 'schedule', 'paused', 'next run', 'file'], rows))
  }
  return 0
}
