/** `world.json`: how other commands find the running world. It is written last at start and removed at the end. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { isAlive } from './process-identity.ts'
import { statePaths } from './state-folder.ts'
import type { WorldFile } from './world.ts'

const url = z.url()
const worldFile = z.object({
  pid: z.number().int(),
  startedAt: z.string(),
  apiUrl: url,
  endpoints: z.object({ stepFunctions: url, dynamodb: url, s3: url, lambda: url }),
})

/** Null when no world runs: no file, one that cannot be read, or one whose process is gone. */
export function readWorldFile(stateDir: string): WorldFile | null {
  try {
    const parsed = worldFile.safeParse(JSON.parse(readFileSync(statePaths(stateDir).worldFile, 'utf8')))
    return parsed.success && isAlive(parsed.data.pid) ? parsed.data : null
  } catch {
    return null
  }
}

/** Whole or not at all: readers never see half a file. */
export function writeWorldFile(path: string, content: WorldFile): void {
  writeFileSync(`${path}.new`, `${JSON.stringify(content, null, 2)}\n`)
  renameSync(`${path}.new`, path)
}

export function removeWorldFile(path: string): void {
  rmSync(path, { force: true })
}
