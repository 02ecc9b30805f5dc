/**
 * A life that ends at one of its boundaries: a write, a rename, an append, a ringing timer, a call that leaves, its answer, an
 * announcement, a token. What comes after reaches neither the disk nor the world: what SIGKILL leaves.
 */
import { writeFileSync } from 'node:fs'
import type { Clock } from '../../local/clock.ts'
import type { Disk } from '../../local/step-functions/storage/disk.ts'

export type Boundary = 'append' | 'overwrite' | 'replace' | 'call' | 'answer' | 'timer' | 'announcement' | 'token'

export interface Fate {
  /** Boundaries left to pass. */
  left: number
  passed: number
  /** Where it died. */
  killedAt: Boundary | null
  /** [0, 1): which part of the last write gets out. */
  readonly torn: number
}

export const newFate = (left: number, torn: number): Fate => ({ left, passed: 0, killedAt: null, torn })

/** Throws when this is where the life ends, or has ended. */
export function pass(fate: Fate, boundary: Boundary): void {
  if (fate.killedAt !== null) throw new Error('killed')
  fate.passed += 1
  if (fate.left-- > 0) return
  fate.killedAt = boundary
  throw new Error('killed')
}

/** @param within what happens on the way out when the life ends right here */
function passOr(fate: Fate, boundary: Boundary, within: () => void): void {
  const alive = fate.killedAt === null
  try {
    pass(fate, boundary)
  } catch (error) {
    if (alive) within()
    throw error
  }
}

export function mortalDisk(disk: Disk, fate: Fate): Disk {
  const part = (text: string) => text.slice(0, Math.floor(fate.torn * text.length))
  return {
    append(path, text) {
      passOr(fate, 'append', () => disk.append(path, part(text)))
      disk.append(path, text)
    },
    overwrite(path, text, at) {
      passOr(fate, 'overwrite', () => disk.overwrite(path, part(text), at))
      disk.overwrite(path, text, at)
    },
    replace(path, text) {
      // Before the rename: the new file is there in part, and is not the file.
      passOr(fate, 'replace', () => writeFileSync(`${path}.new`, part(text)))
      disk.replace(path, text)
    },
    mend: (path) => (fate.killedAt === null ? disk.mend(path) : 0),
    remove: disk.remove,
    close: disk.close,
  }
}

/** Alarms of a dead life do not ring. */
export function mortalClock(clock: Clock, fate: Fate): Clock {
  return {
    now: clock.now,
    alarm: (atMs, fire) =>
      clock.alarm(atMs, () => {
        if (!survives(fate, 'timer')) return
        fire()
      }),
  }
}

/** For boundaries at which a dead process is silent instead of failing. */
export function survives(fate: Fate, boundary: Boundary): boolean {
  try {
    pass(fate, boundary)
    return true
  } catch {
    return false
  }
}
