/**
 * At most one world per state folder. The lock is a file that names its holder; one whose holder is gone is taken over.
 * LevelDB's own lock below is the second guard.
 */
import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import type { ProcessIdentity } from './process-identity.ts'
import { isRunning, thisProcess } from './process-identity.ts'
import type { StateFolder } from './state-folder.ts'
import { readWorldFile } from './world-file.ts'
import { stateDirDamaged, worldAlreadyRunning } from './world-problems.ts'

const lockContent = z.object({ pid: z.number().int(), startedAt: z.string().nullable(), token: z.string() })

/** Rounds of taking over; more are only needed while other starts race for the same stale lock. */
const mostAttempts = 5

/** @returns releases the lock. @throws WorldProblem `world-already-running` */
export function lockWorld(folder: StateFolder): () => void {
  return takeLock(folder.lockFile, (holder) => running(folder, holder))
}

/** @param isHeld the error to throw when a living process has the lock. @returns releases the lock */
export function takeLock(lockFile: string, isHeld: (holder: ProcessIdentity) => Error): () => void {
  const own = JSON.stringify({ ...thisProcess(), token: randomUUID() })
  const draft = `${lockFile}.${randomUUID()}`
  writeFileSync(draft, own)
  try {
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      if (link(draft, lockFile)) return () => release(lockFile, own)
      const found = read(lockFile)
      if (found === null) continue
      const holder = holderOf(found)
      if (holder && isRunning(holder)) throw isHeld(holder)
      putAside(lockFile, found)
    }
  } finally {
    rmSync(draft, { force: true })
  }
  throw stateDirDamaged(lockFile, 'it is not a file that can be read, or changes all the time')
}

function running(folder: StateFolder, holder: ProcessIdentity) {
  return worldAlreadyRunning(folder.root, { pid: holder.pid, apiUrl: readWorldFile(folder.root)?.apiUrl ?? null })
}

/** Creates the lock with its content in one step; false when it exists. */
function link(draft: string, lockFile: string): boolean {
  try {
    linkSync(draft, lockFile)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Null for what no stepdag wrote: such a lock has no holder. */
function holderOf(text: string): ProcessIdentity | null {
  try {
    return lockContent.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/** Renaming decides between two starts that found the same stale lock; a fresh one caught by mistake is put back. */
function putAside(lockFile: string, stale: string): void {
  const aside = `${lockFile}.${randomUUID()}`
  try {
    renameSync(lockFile, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  if (read(aside) !== stale) link(aside, lockFile)
  rmSync(aside, { force: true })
}

function release(lockFile: string, own: string): void {
  if (read(lockFile) === own) rmSync(lockFile, { force: true })
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
