/**
 * Shows a run while it runs, on standard error: one line per change, or on a terminal a block that is redrawn in place,
 * with other lines above it.
 */
import type { ApiTaskInstance } from '../api-client.ts'
import { showSeconds } from '../output/time.ts'
import type { Terminal } from '../terminal.ts'

export interface Progress {
  update(tasks: readonly ApiTaskInstance[]): void
  /** A line of text, e.g. a task's output. */
  line(text: string): void
  /** Leaves the terminal ready for other output. */
  end(): void
}

/** Rows of the terminal that the block leaves free. */
const spareRows = 3
/** Mark, state, time and try of a line. A line that wraps could not be redrawn. */
const columnsBesideId = 37

/** @param now milliseconds; for the running tasks' clocks. */
export function showProgress(terminal: Terminal, taskCount: number, now: () => number): Progress {
  const { live } = terminal
  const isRoom = live !== null && taskCount + spareRows <= live.rows && live.columns > columnsBesideId
  return isRoom ? liveProgress(terminal, live.columns - columnsBesideId, now) : plainProgress(terminal)
}

function plainProgress(terminal: Terminal): Progress {
  const shown = new Map<string, string>()
  return {
    update(tasks) {
      for (const { taskId, state, tries } of tasks) {
        if (state === null) continue
        const text = tries > 1 ? `${state} (try ${tries})` : state
        if (shown.get(taskId) === text) continue
        shown.set(taskId, text)
        terminal.note(`${taskId} ${text}`)
      }
    },
    line: (text) => terminal.note(text),
    end() {},
  }
}

const clearLine = '\u001b[2K'
const upOneLine = '\u001b[1A'

function liveProgress(terminal: Terminal, longestId: number, now: () => number): Progress {
  let block: readonly string[] = []
  const erase = () => terminal.draw(`${upOneLine}${clearLine}`.repeat(block.length))
  const redraw = (lines: readonly string[]) => {
    erase()
    block = lines
    for (const line of lines) terminal.note(line)
  }
  return {
    update(tasks) {
      const width = Math.min(longestId, Math.max(...tasks.map(({ taskId }) => taskId.length)))
      redraw(tasks.map((task) => describe(terminal, task, { width, nowMs: now() })))
    },
    line(text) {
      erase()
      terminal.note(text)
      for (const line of block) terminal.note(line)
    },
    end: () => redraw([]),
  }
}

const marks = {
  success: ['green', '✔'],
  failed: ['red', '✘'],
  upstream_failed: ['yellow', '✘'],
  skipped: ['dim', '-'],
  running: ['cyan', '●'],
  up_for_retry: ['yellow', '↻'],
} as const

function describe(
  terminal: Terminal,
  task: ApiTaskInstance,
  { width, nowMs }: { width: number; nowMs: number },
): string {
  const { taskId, state, tries, startDate, endDate } = task
  // A state without a mark of its own is shown by name alone.
  const [style, mark] = marks[state as keyof typeof marks] ?? (['dim', '·'] as const)
  const endMs = endDate === null ? nowMs : Date.parse(endDate)
  const seconds = startDate === null ? '' : showSeconds((endMs - Date.parse(startDate)) / 1000)
  const tried = tries > 1 ? `try ${tries}` : ''
  return [
    terminal.paintNote(style, mark),
    shorten(taskId, width).padEnd(width),
    (state ?? '').padEnd(15),
    seconds,
    tried,
  ]
    .join('  ')
    .trimEnd()
}

const shorten = (text: string, width: number) => (text.length > width ? `${text.slice(0, width - 1)}…` : text)
