/** Tells a living process from one that ended and whose number was given to another. */
import { readFileSync } from 'node:fs'

export interface ProcessIdentity {
  readonly pid: number
  /** When it started, in a form that only equality is asked of; null where the system does not say (no `/proc`). */
  readonly startedAt: string | null
}

export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, startedAt: startOf(process.pid) }
}

export function isRunning({ pid, startedAt }: ProcessIdentity): boolean {
  if (!isAlive(pid)) return false
  const found = startOf(pid)
  return startedAt === null || found === null || startedAt === found
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (error) {
    // EPERM: it lives and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Boot and clock ticks since boot: field 22 of `/proc/<pid>/stat`, counted behind the name, which may hold spaces. */
function startOf(pid: number): string | null {
  const fields = statFields(pid)
  const boot = readText('/proc/sys/kernel/random/boot_id')
  return fields && boot ? `${boot.trim()} ${fields[19]}` : null
}

/** Ended, but its parent has not asked for its exit code yet. */
function isZombie(pid: number): boolean {
  return statFields(pid)?.[0] === 'Z'
}

function statFields(pid: number): readonly string[] | null {
  const text = readText(`/proc/${pid}/stat`)
  return text === null ? null : text.slice(text.lastIndexOf(')') + 2).split(' ')
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
