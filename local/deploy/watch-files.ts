/**
 * Calls back once after a burst of changes to DAG files or what they import. Editors save by renaming, so folders are
 * watched, each on its own: Node's `recursive` misses the end of files that came after it began (Node 20, Linux).
 */
import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import { realClock } from '../clock.ts'

export interface FileWatch {
  /** Replaces the list of files: a DAG may import something new. */
  follow(inputs: readonly string[]): void
  close(): void
}

export interface FileWatchOptions {
  /** DAG file or folder of them: new files in it count too. It need not exist yet. */
  readonly dagsPath: string
  readonly onChange: () => void
}

/** Editors write several times within one save. */
const quietMs = 150

export function watchFiles({ dagsPath, onChange }: FileWatchOptions): FileWatch {
  const folders = createFolderWatch((path) => changed(path))
  const watched = { inputs: new Set<string>(), cancel: () => {}, closed: false }
  const isInside = (path: string) => path === dagsPath || path.startsWith(dagsPath + sep)

  const changed = (path: string) => {
    if (watched.closed) return
    // What is watched by this name may be a folder that was replaced; the new one is watched before anything is read.
    const wasFolder = folders.forget(path)
    const isFolder = isInside(path) && isWatchable(path) && folders.watchTree(path)
    const isSource = path.startsWith(dagsPath + sep) && /\.m?[jt]s$/.test(path)
    if (!wasFolder && !isFolder && !isSource && !watched.inputs.has(path)) return
    watched.cancel()
    watched.cancel = realClock.alarm(realClock.now() + quietMs, onChange)
  }
  return {
    follow(inputs) {
      watched.inputs = new Set([dagsPath, ...inputs])
      folders.watchTree(dagsPath)
      const outside = inputs.filter((path) => !isInside(path) && !path.includes(`${sep}node_modules${sep}`))
      for (const folder of new Set([dagsPath, ...outside].map((path) => dirname(path)))) folders.watch(folder)
    },
    close() {
      watched.closed = true
      watched.cancel()
      folders.close()
    },
  }
}

/** Folders that are never searched for DAG files. */
const isWatchable = (folder: string): boolean =>
  basename(folder) !== 'node_modules' && !basename(folder).startsWith('.')

interface FolderWatch {
  /** A folder that is gone is left out; it is tried again with the next list of files. */
  watch(folder: string): void
  /** With all folders below it. @returns false when it is no folder */
  watchTree(folder: string): boolean
  /** @returns true when it was watched */
  forget(folder: string): boolean
  close(): void
}

function createFolderWatch(onEvent: (path: string) => void): FolderWatch {
  const watchers = new Map<string, FSWatcher>()
  const forget = (folder: string) => {
    watchers.get(folder)?.close()
    return watchers.delete(folder)
  }
  const watchOne = (folder: string) => {
    if (watchers.has(folder)) return
    try {
      const watcher = watch(folder, (_event, name) => name !== null && onEvent(join(folder, name)))
      watcher.on('error', () => forget(folder))
      watchers.set(folder, watcher)
    } catch {
      // It went away between two looks.
    }
  }
  const watchTree = (folder: string): boolean => {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return false
    watchOne(folder)
    for (const path of foldersIn(folder)) watchTree(path)
    return true
  }
  return {
    watch: watchOne,
    watchTree,
    forget,
    close() {
      for (const folder of [...watchers.keys()]) forget(folder)
    },
  }
}

function foldersIn(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(folder, name))
      .filter(isWatchable)
  } catch {
    return []
  }
}
