/** Waits for Ctrl-C, and makes sure that what follows it has an end. */
import type { Terminal } from './terminal.ts'

/** Ctrl-C, a polite kill, or the end of the terminal. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  })
}

/** What has not closed by then is ended anyway: its state is safe at every moment. */
const longestCloseMs = 15_000
const forcedExitCode = 130

/** A second Ctrl-C stops at once, and so does time. */
export function forceLater(terminal: Terminal): void {
  process.once('SIGINT', () => process.exit(forcedExitCode))
  const timer = setTimeout(() => {
    terminal.note(`not closed after ${longestCloseMs / 1000} s: stopping at once`)
    process.exit(forcedExitCode)
  }, longestCloseMs)
  timer.unref()
}
