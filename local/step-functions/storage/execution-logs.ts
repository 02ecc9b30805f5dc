/**
 * One append-only file of JSON lines per execution. A `write()` that returned is in the kernel's page cache and survives
 * SIGKILL of this process, so nothing is fsynced: only a power cut could lose it (decision 0020).
 */
import { createHash } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, truncateSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Entry } from '../execution/entry.ts'

export interface ExecutionKey {
  readonly machineName: string
  readonly executionName: string
}

export interface ExecutionLogs {
  /** Appends whole lines in one write. Throws when the disk refuses; then nothing was acknowledged. */
  append(key: ExecutionKey, lines: string): void
  /** Null when there is no such execution, or its log is damaged and was put aside. A torn last line is cut off. */
  read(key: ExecutionKey): Entry[] | null
  exists(key: ExecutionKey): boolean
  close(): void
}

export const keyText = (key: ExecutionKey) => `${key.machineName}/${key.executionName}`

/** For worlds that live in one process: tests, virtual time. */
export function memoryLogs(): ExecutionLogs {
  const logs = new Map<string, string[]>()
  return {
    append(key, lines) {
      const log = logs.get(keyText(key))
      if (log) log.push(lines)
      else logs.set(keyText(key), [lines])
    },
    read(key) {
      const log = logs.get(keyText(key))
      return log ? parseLines(log.join('').split('\n').slice(0, -1)) : null
    },
    exists: (key) => logs.has(keyText(key)),
    close: () => logs.clear(),
  }
}

/** More open files than this and the least recently written one is closed until it is needed again. */
const maxOpenFiles = 256

export function diskLogs(dir: string, damaged: (file: string, why: string) => void): ExecutionLogs {
  const open = new Map<string, number>()
  const madeDirs = new Set<string>()
  const pathOf = (key: ExecutionKey) => join(dir, fileName(key.machineName), `${fileName(key.executionName)}.jsonl`)
  return {
    append(key, lines) {
      const path = pathOf(key)
      makeDir(madeDirs, dirname(path))
      writeAll(descriptor(open, path), lines)
    },
    read: (key) => readLog(pathOf(key), damaged),
    exists: (key) => existsSync(pathOf(key)),
    close() {
      for (const fd of open.values()) closeSync(fd)
      open.clear()
    },
  }
}

function makeDir(made: Set<string>, dir: string): void {
  if (made.has(dir)) return
  mkdirSync(dir, { recursive: true })
  made.add(dir)
}

function descriptor(open: Map<string, number>, path: string): number {
  let fd = open.get(path)
  fd ??= openSync(path, 'a')
  open.delete(path)
  open.set(path, fd) // a Map keeps insertion order: the first entry is the oldest
  const oldest = open.entries().next().value
  if (open.size > maxOpenFiles && oldest) {
    closeSync(oldest[1])
    open.delete(oldest[0])
  }
  return fd
}

function writeAll(fd: number, text: string): void {
  let rest = Buffer.from(text)
  while (rest.length > 0) rest = rest.subarray(writeSync(fd, rest))
}

/** Names may hold characters that file systems refuse; those are hashed. */
function fileName(name: string): string {
  return /^[\w.-]{1,120}$/.test(name) ? name : `x-${createHash('sha256').update(name).digest('hex').slice(0, 40)}`
}

function readLog(path: string, damaged: (file: string, why: string) => void): Entry[] | null {
  if (!existsSync(path)) return null
  const text = readFileSync(path, 'utf8')
  const end = text.lastIndexOf('\n') + 1
  // The last write did not finish, so nothing in it was acknowledged: cutting it off is what a crash a moment earlier would have left.
  if (end < text.length) truncateSync(path, Buffer.byteLength(text.slice(0, end)))
  try {
    return parseLines(text.slice(0, end).split('\n').slice(0, -1))
  } catch (error) {
    const aside = `${path}.damaged`
    renameSync(path, aside)
    damaged(aside, error instanceof Error ? error.message : String(error))
    return null
  }
}

/** Throws when a line is not an entry or an event is missing. */
function parseLines(lines: readonly string[]): Entry[] | null {
  if (lines.length === 0) return null
  let nextId = 1
  return lines.map((line, index) => {
    const entry = JSON.parse(line) as Entry // our own writing; the checks below find damage
    if (typeof entry.type !== 'string' || typeof entry.id !== 'number')
      throw new Error(`line ${index + 1} is not an entry`)
    if (entry.id > 0 && entry.id !== nextId++)
      throw new Error(`line ${index + 1}: event ${entry.id} follows event ${nextId - 2}`)
    return entry
  })
}
