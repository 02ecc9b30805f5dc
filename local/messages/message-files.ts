/**
 * Messages of one queue, a file each, until they are deleted: a task token in a message outlives the process, as on AWS. A file
 * is whole or not there. Not fsynced: only a power cut could lose a message (decision 0020).
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const storedMessage = z.object({
  id: z.string(),
  body: z.string(),
  attributes: z.record(z.string(), z.unknown()),
  sentAtMs: z.number(),
})
export type StoredMessage = Readonly<z.infer<typeof storedMessage>>

export interface MessageFiles {
  keep(message: StoredMessage): void
  remove(id: string): void
  /** What is there, oldest first. Files that nobody here wrote are left alone. */
  left(): readonly StoredMessage[]
}

export function openMessageFiles(folder: string): MessageFiles {
  mkdirSync(folder, { recursive: true })
  const fileOf = (id: string) => join(folder, `${id}.json`)
  return {
    keep(message) {
      writeFileSync(`${fileOf(message.id)}.new`, JSON.stringify(message))
      renameSync(`${fileOf(message.id)}.new`, fileOf(message.id))
    },
    remove: (id) => rmSync(fileOf(id), { force: true }),
    left() {
      const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
      return names.flatMap((name) => read(join(folder, name)) ?? []).sort((a, b) => a.sentAtMs - b.sentAtMs)
    },
  }
}

function read(file: string): StoredMessage | null {
  try {
    return storedMessage.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return null
  }
}
