/**
 * Which executions exist and which are open: one line when an execution starts, one when its end has been announced. Closed
 * executions are not kept in memory, so memory does not grow with history.
 */
import { closeSync, createReadStream, existsSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Status } from '../execution/state.ts'

export interface IndexRow {
  readonly machineName: string
  readonly executionName: string
  readonly startedAtMs: number
  readonly versionArn: string | null
  readonly status: Status
  readonly stoppedAtMs: number | null
}

export interface ExecutionIndex {
  started(row: Pick<IndexRow, 'machineName' | 'executionName' | 'startedAtMs' | 'versionArn'>): void
  closed(row: Pick<IndexRow, 'machineName' | 'executionName' | 'status' | 'stoppedAtMs'>): void
  /** Every execution, newest start last. A start line of an execution that never got a log is among them. */
  rows(): Promise<IndexRow[]>
  close(): void
}

type Line = readonly ['start', string, string, number, string | null] | readonly ['end', string, string, Status, number]

export function memoryIndex(): ExecutionIndex {
  const lines: Line[] = []
  return { ...writer((line) => lines.push(line)), rows: async () => fold(lines), close() {} }
}

export function diskIndex(dir: string): ExecutionIndex {
  const path = join(dir, 'index.jsonl')
  mkdirSync(dir, { recursive: true })
  const fd = openSync(path, 'a')
  return {
    // A line break on both sides: a line that a crash cut short cannot spoil the next one.
    ...writer((line) => void writeSync(fd, `\n${JSON.stringify(line)}\n`)),
    rows: async () => fold(await readLines(path)),
    close: () => closeSync(fd),
  }
}

function writer(write: (line: Line) => void): Pick<ExecutionIndex, 'started' | 'closed'> {
  return {
    started: (row) => write(['start', row.machineName, row.executionName, row.startedAtMs, row.versionArn]),
    closed: (row) => write(['end', row.machineName, row.executionName, row.status, row.stoppedAtMs ?? 0]),
  }
}

async function readLines(path: string): Promise<Line[]> {
  if (!existsSync(path)) return []
  const lines: Line[] = []
  for await (const text of createInterface({ input: createReadStream(path) })) {
    const line = parse(text)
    if (line) lines.push(line)
  }
  return lines
}

/** A torn line is skipped: its execution was not acknowledged, or its end will be announced again. */
function parse(text: string): Line | null {
  try {
    const line: unknown = JSON.parse(text)
    return Array.isArray(line) && line.length === 5 ? (line as unknown as Line) : null // our own writing
  } catch {
    return null
  }
}

function fold(lines: readonly Line[]): IndexRow[] {
  const rows = new Map<string, IndexRow>()
  for (const line of lines) {
    const key = `${line[1]}/${line[2]}`
    if (line[0] === 'start') {
      rows.set(key, {
        machineName: line[1],
        executionName: line[2],
        startedAtMs: line[3],
        versionArn: line[4],
        status: 'RUNNING',
        stoppedAtMs: null,
      })
      continue
    }
    const row = rows.get(key)
    if (row) rows.set(key, { ...row, status: line[3], stoppedAtMs: line[4] })
  }
  return [...rows.values()]
}
