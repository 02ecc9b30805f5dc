/** Activities: one JSON file for each, written aside and renamed. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { Disk } from './disk.ts'

export interface ActivityRecord {
  readonly name: string
  readonly createdAtMs: number
  readonly tags?: Readonly<Record<string, string>>
}

export interface ActivityStore {
  get(name: string): ActivityRecord | undefined
  /** Oldest first. */
  list(): readonly ActivityRecord[]
  put(record: ActivityRecord): void
  remove(name: string): void
}

export function memoryActivities(): ActivityStore {
  return storeOf(new Map(), () => {})
}

export function diskActivities(dir: string, disk: Disk, damaged: (file: string, why: string) => void): ActivityStore {
  const folder = join(dir, 'activities')
  const path = (name: string) => join(folder, `${name}.json`)
  return storeOf(load(folder, damaged), (name, record) => {
    if (!record) return disk.remove(path(name))
    if (!existsSync(folder)) mkdirSync(folder)
    disk.replace(path(name), JSON.stringify(record))
  })
}

/** @param keep writes a record, or removes it, before it is in memory */
function storeOf(
  activities: Map<string, ActivityRecord>,
  keep: (name: string, record: ActivityRecord | null) => void,
): ActivityStore {
  return {
    get: (name) => activities.get(name),
    list: () => [...activities.values()].sort((a, b) => a.createdAtMs - b.createdAtMs || (a.name < b.name ? -1 : 1)),
    put(record) {
      keep(record.name, record)
      activities.set(record.name, record)
    },
    remove(name) {
      keep(name, null)
      activities.delete(name)
    },
  }
}

function load(folder: string, damaged: (file: string, why: string) => void): Map<string, ActivityRecord> {
  const found = new Map<string, ActivityRecord>()
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []
  for (const path of files.map((name) => join(folder, name))) {
    const text = readFileSync(path, 'utf8')
    try {
      const record = JSON.parse(text) as ActivityRecord // our own writing
      found.set(record.name, record)
    } catch (error) {
      renameSync(path, `${path}.damaged`)
      damaged(`${path}.damaged`, String(error))
    }
  }
  return found
}
