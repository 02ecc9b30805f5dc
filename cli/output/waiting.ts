/** Says what a command waits for once that takes over a second, so that a quick one stays silent. */
import type { Terminal } from '../terminal.ts'

const silentMs = 1_000

export async function saying<T>(terminal: Terminal, what: string, work: Promise<T>): Promise<T> {
  const timer = setTimeout(() => terminal.note(terminal.paintNote('dim', `${what} …`)), silentMs)
  return work.finally(() => clearTimeout(timer))
}
