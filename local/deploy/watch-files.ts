/** Calls back once after a burst of changes to DAG files or what they import. Editors save by renaming, so folders are watched. */
import { type FSWatcher, statSync, watch } from 'node:fs'
import { dirname, join, sep } from 'node:path'

export interface FileWatch {
  /** Replaces the list of files: a DAG may import something new. */
  follow(inputs: readonly string[]): void
  close(): void
}

export interface FileWatchOptions {
  /** DAG file or folder of them: new files in it count too. */
  readonly dagsPath: string
  readonly onChange: () => void
}

/** Editors write several times within one save. */
const quietMs = 150

export function watchFiles({ dagsPath, onChange }: FileWatchOptions): FileWatch {
  const watchers = new Map<string, FSWatcher>()
  const watched = { inputs: new Set<string>(), timer: undefined as NodeJS.Timeout | undefined, closed: false }
  const isDagSource = (path: string) => path.startsWith(dagsPath + sep) && /\.m?[jt]s$/.test(path)

  const changed = (path: string) => {
    if (watched.closed || !(watched.inputs.has(path) || isDagSource(path))) return
    clearTimeout(watched.timer)
    watched.timer = setTimeout(onChange, quietMs)
  }
  const watchFolder = (folder: string, recursive: boolean) => {
    if (watchers.has(folder)) return
    try {
      const watcher = watch(folder, { recursive }, (_event, name) => name !== null && changed(join(folder, name)))
      watcher.on('error', () => watchers.delete(folder))
      watchers.set(folder, watcher)
    } catch {
      // The folder is gone; it is tried again with the next list of files.
    }
  }
  return {
    follow(inputs) {
      watched.inputs = new Set(inputs)
      const isFolder = statSync(dagsPath, { throwIfNoEntry: false })?.isDirectory() ?? false
      watchFolder(isFolder ? dagsPath : dirname(dagsPath), isFolder)
      const outside = inputs.filter(
        (path) => !path.startsWith(dagsPath + sep) && !path.includes(`${sep}node_modules${sep}`),
      )
      for (const folder of new Set(outside.map(dirname))) watchFolder(folder, false)
    },
    close() {
      watched.closed = true
      clearTimeout(watched.timer)
      for (const watcher of watchers.values()) watcher.close()
    },
  }
}
