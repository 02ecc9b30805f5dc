/**
 * Which executions exist and which are open: a list per machine, to be read by pages, and a journal of what a restart has to
 * look at. Closed executions are not kept in memory, and neither a page nor a restart reads what has long ended.
 */
import { createReadStream, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Disk } from './disk.ts'
import { executionList, type IndexRow, type ListedRow, type Mark, type StartedRow } from './execution-list.ts'
import { type ExecutionKey, keyText } from './execution-logs.ts'

export type { IndexRow, ListedRow } from './execution-list.ts'

export interface ExecutionIndex {
  /** Before its log is begun: a log without a row would be lost, a row without a log is dropped at recovery. */
  started(row: StartedRow): void
  /** A closed execution is redriven. */
  reopened(row: StartedRow, redriveCount: number): void
  /** After its end was announced: an end without this is announced again at the next start. */
  closed(key: ExecutionKey, end: Pick<IndexRow, 'status' | 'stoppedAtMs' | 'redriveCount'>): void
  /** It has no log: nobody was told that it started. */
  dropped(key: ExecutionKey): void
  /** What the former lifetime left open, and what ended shortly before it did. For the beginning of a lifetime. */
  leftOver(): Promise<LeftOver>
  /** One after the other, as far as the caller goes on. @param before the `at` of a row: only older ones */
  newestFirst(machineName: string, before?: number): Iterable<ListedRow>
  /** Before the files are closed. */
  flush(): void
}

export interface LeftOver {
  readonly open: readonly StartedRow[]
  readonly ended: readonly ExecutionKey[]
}

/** Ends in the last minutes of the previous lifetime are announced again: their announcement may not have arrived. */
const announceAgainMs = 5 * 60_000

export function memoryIndex(): ExecutionIndex {
  const lists = new Map<string, ListedRow[]>()
  /** The newest of each name, by `keyText`. */
  const places = new Map<string, number>()
  const listOf = (machineName: string) => lists.get(machineName) ?? []
  const change = (key: ExecutionKey, fields: Partial<IndexRow>) => {
    const at = places.get(keyText(key))
    const list = listOf(key.machineName)
    if (at !== undefined) list[at] = { ...list[at]!, ...fields }
  }
  return {
    started(row) {
      const list = listOf(row.machineName)
      lists.set(row.machineName, list)
      places.set(keyText(row), list.length)
      list.push({ ...row, ...begun, at: list.length })
    },
    reopened: (row, redriveCount) => change(row, { ...begun, redriveCount }),
    // Only these: what is given is the whole state.
    closed: (key, { status, stoppedAtMs, redriveCount }) => change(key, { status, stoppedAtMs, redriveCount }),
    dropped() {},
    leftOver: async () => ({ open: [], ended: [] }),
    newestFirst: (machineName, before) => listOf(machineName).slice(0, before).reverse(),
    flush() {},
  }
}

const begun = { status: 'RUNNING', stoppedAtMs: null, redriveCount: 0 } as const

/** What a journal line holds; `at` is the row's place in its machine's list. */
type Line =
  | { readonly open: StartedRow; readonly at: number }
  | { readonly end: ExecutionKey & { readonly atMs: number } }
  | { readonly drop: ExecutionKey }

export function diskIndex(dir: string, disk: Disk): ExecutionIndex {
  mkdirSync(join(dir, 'lists'), { recursive: true })
  const list = executionList(join(dir, 'lists'), disk)
  const path = join(dir, 'journal.jsonl')
  const journal = { isSound: false }
  /** Places of the open executions that are listed, by `keyText`. */
  const open = new Map<string, number>()
  /** Lines of ends wait for the next start, or for more of them: an end that is lost with them is announced again. */
  const ends: string[] = []
  const write = (text: string) => {
    // A torn line, of a crash or of a full disk, must not spoil this one.
    if (!journal.isSound) disk.mend(path)
    journal.isSound = false
    disk.append(path, ends.join('') + text)
    journal.isSound = true
    ends.length = 0
  }
  const settle = (key: ExecutionKey, mark: Mark) => {
    const at = open.get(keyText(key))
    if (at !== undefined) list.mark(key.machineName, at, mark)
    open.delete(keyText(key))
  }
  return {
    started(row) {
      const at = list.end(row.machineName)
      write(textOf({ open: row, at }))
      list.add(row)
      open.set(keyText(row), at)
    },
    reopened(row, redriveCount) {
      const at = placeOf(list.newestFirst(row.machineName), row.executionName)
      write(textOf({ open: row, at: at ?? -1 }))
      if (at === null) return
      list.mark(row.machineName, at, { ...begun, redriveCount })
      open.set(keyText(row), at)
    },
    closed({ machineName, executionName }, end) {
      const key = { machineName, executionName }
      settle(key, end)
      ends.push(textOf({ end: { ...key, atMs: end.stoppedAtMs ?? 0 } }))
      if (ends.length >= mostWaitingEnds) write('')
    },
    dropped({ machineName, executionName }) {
      const key = { machineName, executionName }
      settle(key, { ...begun, status: null })
      write(textOf({ drop: key }))
    },
    async leftOver() {
      const found = await fold(path)
      disk.replace(path, found.lines.map(textOf).join(''))
      for (const { row, at } of found.open) if (at >= 0 && list.has(row, at)) open.set(keyText(row), at)
      return { open: found.open.map(({ row }) => row), ended: found.ended }
    },
    newestFirst: list.newestFirst,
    flush() {
      if (ends.length > 0) write('')
    },
  }
}

const mostWaitingEnds = 200

const textOf = (line: Line) => `${JSON.stringify(line)}\n`

function placeOf(rows: Iterable<ListedRow>, executionName: string): number | null {
  for (const row of rows) if (row.executionName === executionName) return row.at
  return null
}

/** `lines` is the journal without what is over. */
async function fold(path: string) {
  const open = new Map<string, { row: StartedRow; at: number }>()
  const ends = new Map<string, ExecutionKey & { readonly atMs: number }>()
  const last = { atMs: 0 }
  for await (const line of readLines(path)) {
    if ('drop' in line) open.delete(keyText(line.drop))
    else if ('open' in line) {
      open.set(keyText(line.open), { row: line.open, at: line.at })
      ends.delete(keyText(line.open))
      last.atMs = Math.max(last.atMs, line.open.startedAtMs)
    } else {
      open.delete(keyText(line.end))
      ends.set(keyText(line.end), line.end)
      last.atMs = Math.max(last.atMs, line.end.atMs)
    }
  }
  const ended = [...ends.values()].filter(({ atMs }) => atMs > last.atMs - announceAgainMs)
  const starts = [...open.values()]
  const lines: Line[] = [...starts.map(({ row, at }) => ({ open: row, at })), ...ended.map((end) => ({ end }))]
  return { open: starts, ended, lines }
}

async function* readLines(path: string): AsyncGenerator<Line> {
  if (!existsSync(path)) return
  for await (const text of createInterface({ input: createReadStream(path) })) {
    const line = parse(text)
    if (line) yield line
  }
}

/** A torn line is skipped: its execution was not acknowledged, or its end will be announced again. */
function parse(text: string): Line | null {
  try {
    return JSON.parse(text) as Line // our own writing
  } catch {
    return null
  }
}
