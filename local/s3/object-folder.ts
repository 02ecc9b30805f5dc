/**
 * Objects of one bucket as files. A write is a temporary file renamed into place: a reader, or a crash, sees the old
 * object or the new one. Metadata has a file of its own that names the data file it belongs to (inode and time), so
 * that a crash between the two renames leaves at worst an object with default metadata, never a wrong ETag.
 */
import { createHash, randomUUID } from 'node:crypto'
import type { Stats } from 'node:fs'
import { createReadStream, createWriteStream } from 'node:fs'
import { link, mkdir, open, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import type { Readable } from 'node:stream'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { conflictSuffix, keyOfPath, metaSuffix, objectPath } from './object-path.ts'

export interface ObjectHead {
  readonly key: string
  readonly size: number
  readonly modifiedAtMs: number
  /** With its quotes. */
  readonly etag: string
  readonly headers: ObjectHeaders
}

/** Headers a writer may set and a reader gets back. */
export type ObjectHeaders = Readonly<Record<string, string>>

export interface ObjectFolder {
  head(key: string): Promise<ObjectHead | null>
  /** Bytes of exactly the object in `head`, even if another takes its place meanwhile. The caller closes it. */
  open(key: string): Promise<OpenObject | null>
  /** `accept` sees what is stored now and may veto; nothing changes the bucket in between. */
  write(key: string, body: Readable, headers: ObjectHeaders, accept: Accept): Promise<ObjectHead>
  /** Deleting what is not there is a success, as on S3. */
  remove(key: string): Promise<void>
  /** All keys with this prefix, in S3's order: by UTF-8 bytes. */
  keys(prefix: string): Promise<readonly string[]>
}

export interface OpenObject {
  readonly head: ObjectHead
  /** @param range both ends included; null for all. Closes the object at its end. */
  read(range: { readonly start: number; readonly end: number } | null): Readable
  close(): Promise<void>
}

/** Throws to veto. @param bytes size of the new object */
export type Accept = (stored: ObjectHead | null, bytes: number) => void

interface MetaFile {
  readonly inode: number
  readonly modifiedAtMs: number
  readonly etag: string
  readonly headers: ObjectHeaders
}

export function openObjectFolder(folder: string, temporaryDir: string): ObjectFolder {
  const inTurn = oneAtATime()
  const head = (key: string) => readHead(folder, key)
  return {
    head,
    open: (key) => openObject(folder, key),
    async write(key, body, headers, accept) {
      const draft = join(temporaryDir, randomUUID())
      try {
        const { md5, bytes } = await save(body, draft)
        return await inTurn(async () => {
          accept(await head(key), bytes)
          return place(folder, key, draft, { etag: `"${md5}"`, headers })
        })
      } finally {
        await rm(draft, { force: true })
      }
    },
    remove: (key) =>
      inTurn(async () => {
        const found = await findFile(folder, key)
        if (!found) return
        await rm(found.path, { force: true })
        await rm(found.path + metaSuffix, { force: true })
        await removeEmptyFolders(folder, dirname(found.path))
      }),
    async keys(prefix) {
      const keys: string[] = []
      await collectKeys(folder, folder, prefix, keys)
      return keys.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    },
  }
}

async function readHead(folder: string, key: string): Promise<ObjectHead | null> {
  const found = await findFile(folder, key)
  return found && headOf(key, found.path, found.stats)
}

async function openObject(folder: string, key: string): Promise<OpenObject | null> {
  const found = await findFile(folder, key)
  const file = found && (await open(found.path).catch(() => null))
  if (!found || !file) return null
  return {
    head: await headOf(key, found.path, await file.stat()),
    read: (range) => file.createReadStream(range ?? {}),
    close: () => file.close(),
  }
}

async function headOf(key: string, path: string, stats: Stats): Promise<ObjectHead> {
  const meta = await readMeta(path + metaSuffix)
  const belongs = meta?.inode === stats.ino && meta.modifiedAtMs === stats.mtimeMs
  const known = belongs && meta ? meta : { etag: `"${await digest(path)}"`, headers: {} }
  return { key, size: stats.size, modifiedAtMs: stats.mtimeMs, etag: known.etag, headers: known.headers }
}

/** The key's file, wherever a conflict with a folder of the same name has put it. */
async function findFile(folder: string, key: string): Promise<{ path: string; stats: Stats } | null> {
  const plain = objectPath(folder, key)
  for (const path of [plain, plain + conflictSuffix]) {
    const stats = await stat(path).catch(() => null)
    if (stats?.isFile()) return { path, stats }
  }
  return null
}

async function readMeta(path: string): Promise<MetaFile | null> {
  try {
    // We wrote this file; one that is damaged counts as absent.
    return JSON.parse(await readFile(path, 'utf8')) as MetaFile
  } catch {
    return null
  }
}

async function save(body: Readable, draft: string): Promise<{ md5: string; bytes: number }> {
  const hash = createHash('md5')
  const seen = { bytes: 0 }
  const watch = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      seen.bytes += chunk.length
      done(null, chunk)
    },
  })
  await pipeline(body, watch, createWriteStream(draft))
  return { md5: hash.digest('hex'), bytes: seen.bytes }
}

async function digest(path: string): Promise<string> {
  const hash = createHash('md5')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

async function place(folder: string, key: string, draft: string, meta: Pick<MetaFile, 'etag' | 'headers'>) {
  const stats = await stat(draft)
  const path = await makeRoom(folder, key)
  const metaFile: MetaFile = { inode: stats.ino, modifiedAtMs: stats.mtimeMs, ...meta }
  await writeFile(`${draft}.meta`, JSON.stringify(metaFile))
  await rename(`${draft}.meta`, path + metaSuffix)
  await rename(draft, path)
  return { key, size: stats.size, modifiedAtMs: stats.mtimeMs, ...meta }
}

/** Makes the folders above the object's file, moving aside objects whose key is one of those folders. */
async function makeRoom(folder: string, key: string): Promise<string> {
  const path = objectPath(folder, key)
  const parents = relative(folder, dirname(path)).split(sep).filter(Boolean)
  let parent = folder
  for (const name of parents) {
    parent = join(parent, name)
    const stats = await stat(parent).catch(() => null)
    if (!stats?.isFile()) continue
    await link(parent, parent + conflictSuffix).catch(() => {})
    await rename(parent + metaSuffix, parent + conflictSuffix + metaSuffix).catch(() => {})
    await rm(parent)
  }
  await mkdir(dirname(path), { recursive: true })
  const taken = await stat(path).catch(() => null)
  return taken?.isDirectory() ? path + conflictSuffix : path
}

async function removeEmptyFolders(folder: string, from: string): Promise<void> {
  for (let parent = from; parent !== folder && parent.startsWith(folder); parent = dirname(parent)) {
    const removed = await rmdir(parent).then(
      () => true,
      () => false,
    )
    if (!removed) return
  }
}

async function collectKeys(folder: string, within: string, prefix: string, keys: string[]): Promise<void> {
  const entries = await readdir(within, { withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    const path = join(within, entry.name)
    if (entry.isDirectory()) {
      if (mayHold(relative(folder, path), prefix)) await collectKeys(folder, path, prefix, keys)
    } else if (!entry.name.endsWith(metaSuffix)) {
      const key = keyOfPath(relative(folder, path))
      if (key.startsWith(prefix)) keys.push(key)
    }
  }
}

/** Whether a folder can hold keys with the prefix. */
function mayHold(relativeFolder: string, prefix: string): boolean {
  if (relativeFolder.endsWith('+')) return true
  const start = `${keyOfPath(relativeFolder)}/`
  return start.startsWith(prefix) || prefix.startsWith(start)
}

/**
 * Changes of a bucket wait for each other, so that a condition and the write it guards are one step, and so that a
 * folder emptied by one is not the one another is about to fill. Bodies are saved before, outside of the queue.
 */
function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  const queue = { last: Promise.resolve() as Promise<unknown> }
  return (work) => {
    const turn = queue.last.then(work, work)
    queue.last = turn.catch(() => {})
    return turn
  }
}
