/** Rows of texts → aligned lines with a header. The last column is not padded, so nothing trails. */
import type { Terminal } from '../terminal.ts'

export function renderTable(
  terminal: Terminal,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const align = (row: readonly string[]) =>
    row.map((text, column) => (column === row.length - 1 ? text : text.padEnd(widths[column] ?? 0))).join('  ')
  return [terminal.paint('bold', align(header)), ...rows.map((row) => paintStates(terminal, align(row)))].join('\n')
}

const stateStyles = { success: 'green', failed: 'red', upstream_failed: 'yellow', running: 'cyan' } as const

/** Colours the words that are states, after alignment: colour codes have no width on the screen but count as letters. */
function paintStates(terminal: Terminal, line: string): string {
  return line.replace(/\b(success|upstream_failed|failed|running)\b/, (state) => {
    // The pattern lists exactly the table's keys.
    return terminal.paint(stateStyles[state as keyof typeof stateStyles], state)
  })
}
