/**
 * One append-only file of JSON lines per execution. A `write()` that returned is in the kernel's page cache and survives
 * SIGKILL of this process, so nothing is fsynced: only a power cut could lose it (decision 0020).
 */
import { existsSync, readFileSync, renameSync, truncateSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { Entry } from '../execution/entry.ts'
import type { Disk } from './disk.ts'
import { fileName } from './file-name.ts'

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
  /** For a name that is used again, long after its execution closed. */
  remove(key: ExecutionKey): void
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
    remove: (key) => void logs.delete(keyText(key)),
  }
}

export function diskLogs(dir: string, disk: Disk, damaged: (file: string, why: string) => void): ExecutionLogs {
  const folders = new Map<string, string>()
  const folderOf = (machineName: string) => {
    const folder = folders.get(machineName) ?? join(dir, fileName(machineName))
    folders.set(machineName, folder)
    return folder
  }
  const pathOf = (key: ExecutionKey) => `${folderOf(key.machineName)}${sep}${fileName(key.executionName)}.jsonl`
  return {
    append: (key, lines) => disk.append(pathOf(key), lines),
    read: (key) => readLog(pathOf(key), damaged),
    exists: (key) => existsSync(pathOf(key)),
    remove: (key) => disk.remove(pathOf(key)),
  }
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
