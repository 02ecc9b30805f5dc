/** A terminal that keeps what was written, without colours. */
import type { Terminal } from '../../../cli/terminal.ts'

export interface RecordingTerminal extends Terminal {
  readonly printed: string[]
  readonly noted: string[]
}

/** @param live as on a terminal of that size; null: not on a terminal. */
export function recordingTerminal(live: Terminal['live'] = null): RecordingTerminal {
  const printed: string[] = []
  const noted: string[] = []
  const plain = (_: string, text: string) => text
  return {
    cwd: process.cwd(),
    printed,
    noted,
    print: (text) => void printed.push(text),
    note: (text) => void noted.push(text),
    draw: (text) => void noted.push(text),
    live,
    paint: plain,
    paintNote: plain,
  }
}
