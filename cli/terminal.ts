/** Where a command reads and writes. Results go to `print`, everything about the way there to `note`. */
import { styleText } from 'node:util'

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

export interface Terminal {
  /** Folder that the user's relative paths start from. */
  readonly cwd: string
  /** Standard output: the result. */
  print(text: string): void
  /** Standard error: progress, problems, advice. */
  note(text: string): void
  /** Colours for `print`; plain text where standard output is no terminal or `NO_COLOR` is set. */
  paint(style: Style, text: string): string
  /** Colours for `note`. */
  paintNote(style: Style, text: string): string
  /** Room for lines that are redrawn in place; null where standard error is no terminal. */
  readonly live: { readonly rows: number; readonly columns: number } | null
  /** Writes to standard error without a line end. */
  draw(text: string): void
}

export interface TerminalOptions {
  readonly cwd: string
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  /** `NO_COLOR` is set to anything but an empty text (no-color.org). */
  readonly noColor: boolean
}

export function openTerminal({ cwd, stdout, stderr, noColor }: TerminalOptions): Terminal {
  return {
    cwd,
    print: (text) => stdout.write(`${text}\n`),
    note: (text) => stderr.write(`${text}\n`),
    paint: painter(stdout.isTTY && !noColor),
    paintNote: painter(stderr.isTTY && !noColor),
    live: stderr.isTTY ? { rows: stderr.rows, columns: stderr.columns } : null,
    draw: (text) => stderr.write(text),
  }
}

function painter(isColoured: boolean): Terminal['paint'] {
  return (style, text) => (isColoured ? styleText(style, text) : text)
}
