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

/** More files than this open for one purpose, and the one that has been open longest is closed until it is needed again. */
const maxOpenFiles = 256

export function nodeDisk(): Disk {
  const appended = openFiles('a+')
  // Through the descriptor that appends, Linux would append.
  const overwritten = openFiles('r+')
  return {
    append: (path, text) => writeText(appended.descriptor(path), text, null),
    overwrite: (path, text, at) => writeText(overwritten.descriptor(path), text, at),
    replace(path, text) {
      writeFileSync(`${path}.new`, text)
      renameSync(`${path}.new`, path)
    },
    mend: (path) => mend(appended.descriptor(path)),
    remove(path) {
      appended.close(path)
      overwritten.close(path)
      rmSync(path, { force: true })
    },
    close() {
      appended.closeAll()
      overwritten.closeAll()
    },
  }
}

function openFiles(flags: 'a+' | 'r+') {
  const open = new Map<string, number>()
  const close = (path: string) => {
    const fd = open.get(path)
    open.delete(path)
    if (fd !== undefined) closeSync(fd)
  }
  return {
    descriptor(path: string): number {
      const present = open.get(path)
      if (present !== undefined) return present
      // A Map keeps insertion order: the first path has been open longest.
      if (open.size >= maxOpenFiles) close(open.keys().next().value!)
      const fd = openFile(path, flags)
      open.set(path, fd)
      return fd
    },
    close,
    closeAll() {
      for (const path of [...open.keys()]) close(path)
    },
  }
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

/** Nearly always one system call, without a copy of the text. */
function writeText(fd: number, text: string, at: number | null): void {
  const written = writeSync(fd, text, at)
  if (written === Buffer.byteLength(text)) return
  writeAll(fd, Buffer.from(text).subarray(written), at === null ? null : at + written)
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
