/**
 * The writing system calls of the storage, so that a test can put a disk in their place that fails or dies. Invariant: what
 * a call has written when it returns survives SIGKILL of this process (decision 0020).
 */
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

export interface Disk {
  /** Adds to the end of a file, which is made if need be. Throws when the disk refuses; a part may have been written then. */
  append(path: string, text: string): void
  /** Replaces bytes of a file that is there. */
  overwrite(path: string, text: string, at: number): void
  /** A reader, or a crash, sees the old file or the new one. */
  replace(path: string, text: string): void
  /** Bytes of the file; 0 when there is none. A torn last line, of which nothing was acknowledged, is ended by a line break. */
  mend(path: string): number
  /** Nothing happens when there is no such file. */
  remove(path: string): void
  close(): void
}

/** More open files than this and the least recently used one is closed until it is needed again. */
const maxOpenFiles = 256

export function nodeDisk(): Disk {
  const open = new Map<string, number>()
  return {
    append: (path, text) => writeAll(descriptor(open, path, 'a+'), Buffer.from(text), null),
    // Through the descriptor that appends, Linux would append.
    overwrite: (path, text, at) => writeAll(descriptor(open, path, 'r+'), Buffer.from(text), at),
    replace(path, text) {
      writeFileSync(`${path}.new`, text)
      renameSync(`${path}.new`, path)
    },
    mend: (path) => mend(descriptor(open, path, 'a+')),
    remove(path) {
      for (const key of [`a+ ${path}`, `r+ ${path}`]) {
        const fd = open.get(key)
        if (fd !== undefined) closeSync(fd)
        open.delete(key)
      }
      rmSync(path, { force: true })
    },
    close() {
      for (const fd of open.values()) closeSync(fd)
      open.clear()
    },
  }
}

function descriptor(open: Map<string, number>, path: string, flags: 'a+' | 'r+'): number {
  const key = `${flags} ${path}`
  const fd = open.get(key) ?? openFile(path, flags)
  open.delete(key)
  open.set(key, fd) // a Map keeps insertion order: the first entry is the oldest
  const oldest = open.entries().next().value
  if (open.size > maxOpenFiles && oldest) {
    open.delete(oldest[0])
    closeSync(oldest[1])
  }
  return fd
}

function openFile(path: string, flags: string): number {
  try {
    return openSync(path, flags)
  } catch (error) {
    // Node's file functions throw errors with a code.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    mkdirSync(dirname(path), { recursive: true })
    return openSync(path, flags)
  }
}

function writeAll(fd: number, bytes: Buffer, at: number | null): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(fd, bytes, done, bytes.length - done, at === null ? null : at + done)
  }
}

function mend(fd: number): number {
  const { size } = fstatSync(fd)
  const last = Buffer.alloc(1)
  if (size === 0 || (readSync(fd, last, 0, 1, size - 1) === 1 && last[0] === 0x0a)) return size
  writeAll(fd, Buffer.from('\n'), null)
  return size + 1
}
