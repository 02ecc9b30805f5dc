/** State machines, their revisions and versions: one JSON file per machine, written aside and renamed, and one per definition. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { type ActivityStore, diskActivities, memoryActivities } from './activity-store.ts'
import type { Disk } from './disk.ts'

export interface MachineRecord {
  readonly name: string
  readonly roleArn: string
  readonly createdAtMs: number
  readonly updatedAtMs: number
  /** `INITIAL` until the first update, as on AWS. */
  readonly revisionId: string
  readonly definitionHash: string
  readonly nextVersion: number
  readonly versions: readonly MachineVersion[]
  /** Absent: none. */
  readonly aliases?: readonly MachineAlias[]
  readonly tags?: Readonly<Record<string, string>>
  /** Absent: STANDARD. */
  readonly type?: 'EXPRESS'
  /** Logging, tracing and encryption as they were asked for: shown again, without effect here. */
  readonly configuration?: Readonly<Record<string, unknown>>
  /** Deleted; open executions end at their next transition, and the last one's end removes it. */
  readonly deleting?: true
}

export interface MachineAlias {
  readonly name: string
  readonly description: string | null
  /** One or two versions; weights add up to 100. */
  readonly routes: readonly { readonly version: number; readonly weight: number }[]
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

export interface MachineVersion {
  readonly number: number
  readonly revisionId: string
  readonly definitionHash: string
  readonly description: string | null
  readonly createdAtMs: number
  /** Role and configuration of the revision; absent in what earlier releases stored: the machine's own. */
  readonly roleArn?: string
}

export interface MachineStore {
  get(name: string): MachineRecord | undefined
  list(): readonly MachineRecord[]
  put(record: MachineRecord): void
  remove(name: string): void
  definition(hash: string): string
  putDefinition(hash: string, text: string): void
  readonly activities: ActivityStore
}

export function memoryMachines(): MachineStore {
  const machines = new Map<string, MachineRecord>()
  const definitions = new Map<string, string>()
  return {
    get: (name) => machines.get(name),
    list: () => sorted(machines),
    put: (record) => void machines.set(record.name, record),
    remove: (name) => void machines.delete(name),
    definition: (hash) => definitions.get(hash) ?? missing(hash),
    putDefinition: (hash, text) => void definitions.set(hash, text),
    activities: memoryActivities(),
  }
}

export function diskMachines(dir: string, disk: Disk, damaged: (file: string, why: string) => void): MachineStore {
  const machineDir = join(dir, 'machines')
  const definitionDir = join(dir, 'definitions')
  mkdirSync(machineDir, { recursive: true })
  mkdirSync(definitionDir, { recursive: true })
  const machines = loadMachines(machineDir, damaged)
  const definitionPath = (hash: string) => join(definitionDir, `${hash}.json`)
  return {
    get: (name) => machines.get(name),
    list: () => sorted(machines),
    put(record) {
      disk.replace(join(machineDir, `${record.name}.json`), JSON.stringify(record))
      machines.set(record.name, record)
    },
    remove(name) {
      unlinkSync(join(machineDir, `${name}.json`))
      machines.delete(name)
    },
    definition: (hash) => readIfThere(definitionPath(hash)) ?? missing(hash),
    putDefinition(hash, text) {
      // Compared, not only looked for: a file that something else changed is whole again at the next deploy.
      if (readIfThere(definitionPath(hash)) !== text) disk.replace(definitionPath(hash), text)
    },
    activities: diskActivities(dir, disk, damaged),
  }
}

function loadMachines(dir: string, damaged: (file: string, why: string) => void): Map<string, MachineRecord> {
  const machines = new Map<string, MachineRecord>()
  for (const file of readdirSync(dir).filter((name) => name.endsWith('.json'))) {
    const path = join(dir, file)
    const text = readFileSync(path, 'utf8') // a file that may not be read is not damaged: the start fails and says so
    try {
      const record = JSON.parse(text) as MachineRecord // our own writing
      machines.set(record.name, record)
    } catch (error) {
      renameSync(path, `${path}.damaged`)
      damaged(`${path}.damaged`, String(error))
    }
  }
  return machines
}

const readIfThere = (path: string): string | null => (existsSync(path) ? readFileSync(path, 'utf8') : null)

function sorted(machines: ReadonlyMap<string, MachineRecord>): MachineRecord[] {
  return [...machines.values()].sort((a, b) => a.createdAtMs - b.createdAtMs || (a.name < b.name ? -1 : 1))
}

function missing(hash: string): never {
  throw new Error(`definition ${hash} is missing from the data folder`)
}
