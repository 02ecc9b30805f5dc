/** Task instances → a table: what ran, how often and for how long. */
import type { ApiTaskInstance } from '../api-client.ts'
import { renderTable } from '../output/table.ts'
import { showDuration, showInstant } from '../output/time.ts'
import type { Terminal } from '../terminal.ts'

export function renderTasks(terminal: Terminal, tasks: readonly ApiTaskInstance[]): string {
  const rows = tasks.map(({ taskId, state, tries, startDate, endDate }) => [
    taskId,
    state ?? '-',
    String(tries),
    showInstant(startDate),
    showDuration(startDate, endDate),
  ])
  return renderTable(terminal, ['task', 'state', 'tries', 'last try started', 'took'], rows)
}
