/**
 * The executions of one machine in the order of their starts: a line each, whose first bytes say how it ended and are
 * overwritten when it does. Invariant: a line never moves, so its offset names it, in a page token too.
 */
import { sep } from 'node:path'
import type { Status } from '../execution/state.ts'
import type { Disk } from './disk.ts'
import { fileName } from './file-name.ts'
import { linesBackward } from './lines-backward.ts'

export interface StartedRow {
  readonly machineName: string
  readonly executionName: string
  readonly startedAtMs: number
  readonly versionArn: string | null
  /** The alias it was started through. */
  readonly aliasArn?: string
  /** Of an item's execution; its machine is `<machine>/<label>`. */
  readonly mapRunArn?: string
}

export interface IndexRow extends StartedRow {
  readonly status: Status
  readonly stoppedAtMs: number | null
  readonly redriveCount: number
}

/** What changes in a line; a status of null means that nobody has heard of the execution, so it is not listed. */
export interface Mark {
  readonly status: Status | null
  readonly stoppedAtMs: number | null
  readonly redriveCount: number
}

export interface ListedRow extends IndexRow {
  readonly at: number
}

export interface ExecutionList {
  /** Where the next line of this machine will be. */
  end(machineName: string): number
  add(row: StartedRow): void
  /** Whether the line of this execution is there. */
  has(row: StartedRow, at: number): boolean
  mark(machineName: string, at: number, mark: Mark): void
  newestFirst(machineName: string, before?: number): Iterable<ListedRow>
}

/** First letter of a line. */
const letters = { RUNNING: 'R', SUCCEEDED: 'S', FAILED: 'F', TIMED_OUT: 'T', ABORTED: 'A' } as const
const unlisted = 'X'
const statuses = new Map<string, Status>(
  (Object.keys(letters) as Status[]).map((status) => [letters[status], status]), // keys of the table above
)

export function executionList(dir: string, disk: Disk): ExecutionList {
  const pathOf = (machineName: string) => `${dir}${sep}${fileName(machineName)}.list`
  /** By machine; forgotten after a write that failed, because nobody knows how much of it got out. */
  const ends = new Map<string, number>()
  const end = (machineName: string) => {
    const known = ends.get(machineName) ?? disk.mend(pathOf(machineName))
    ends.set(machineName, known)
    return known
  }
  return {
    end,
    add(row) {
      const line = `${head(begun)}${JSON.stringify(row)}\n`
      const after = end(row.machineName) + Buffer.byteLength(line)
      ends.delete(row.machineName)
      disk.append(pathOf(row.machineName), line)
      ends.set(row.machineName, after)
    },
    has: ({ machineName, executionName }, at) =>
      lineAt(pathOf(machineName), at, end(machineName))?.executionName === executionName,
    mark: (machineName, at, mark) => disk.overwrite(pathOf(machineName), head(mark), at),
    *newestFirst(machineName, before) {
      for (const { at, text } of linesBackward(pathOf(machineName), before)) {
        const row = parse(text)
        if (row) yield { ...row, at }
      }
    },
  }
}

const begun: Mark = { status: 'RUNNING', stoppedAtMs: null, redriveCount: 0 }

/** `headBytes` long, whatever it says. */
const head = ({ status, stoppedAtMs, redriveCount }: Mark) =>
  `${status === null ? unlisted : letters[status]} ${digits(stoppedAtMs ?? 0, 13)} ${digits(redriveCount, 4)} `
const headBytes = 21
const digits = (value: number, length: number) => String(Math.round(value)).padStart(length, '0')

function lineAt(path: string, at: number, end: number): StartedRow | null {
  if (at >= end) return null
  // The line that begins at `at` is the last one of those before the next, which is somewhere in the following bytes.
  for (const line of linesBackward(path, Math.min(end, at + longestLine))) if (line.at === at) return parse(line.text)
  return null
}

/** Names have 80 characters, of up to four bytes; an ARN repeats one of them. */
const longestLine = 2048

/** A line that a crash cut short is skipped: its execution was not acknowledged. */
function parse(text: string): IndexRow | null {
  const status = statuses.get(text[0]!)
  if (!status) return null
  try {
    const row = JSON.parse(text.slice(headBytes)) as StartedRow // our own writing
    const [stoppedAtMs, redriveCount] = text.slice(2, headBytes).split(' ').map(Number)
    return { ...row, status, stoppedAtMs: status === 'RUNNING' ? null : stoppedAtMs!, redriveCount: redriveCount! }
  } catch {
    return null
  }
}
