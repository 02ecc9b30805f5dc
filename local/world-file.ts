/** `world.json`: how other commands find the running world. It is written last at start and removed at the end. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { isRunning } from './process-identity.ts'
import { statePaths } from './state-folder.ts'
import type { WorldFile } from './world.ts'

/** Null when no world runs: no file, one that cannot be read, or one whose process is gone. */
export function readWorldFile(stateDir: string): WorldFile | null {
  try {
    const content: unknown = JSON.parse(readFileSync(statePaths(stateDir).worldFile, 'utf8'))
    if (!isWorldFile(content)) return null
    // Process numbers begin anew after a power cut, so the number alone may be another program's by now.
    return isRunning({ pid: content.pid, startedAt: content.processStartedAt }) ? content : null
  } catch {
    return null
  }
}

/** By hand: a validator would be the slowest part of every command, and this file is read by every one. */
function isWorldFile(content: unknown): content is WorldFile {
  const { pid, startedAt, processStartedAt, apiUrl, endpoints } = Object(content)
  const { stepFunctions, dynamodb, s3, lambda, messages } = Object(endpoints)
  return (
    Number.isInteger(pid) &&
    typeof startedAt === 'string' &&
    (processStartedAt === null || typeof processStartedAt === 'string') &&
    [apiUrl, stepFunctions, dynamodb, s3, lambda, messages].every((url) => typeof url === 'string' && URL.canParse(url))
  )
}

/** Whole or not at all: readers never see half a file. */
export function writeWorldFile(path: string, content: WorldFile): void {
  writeFileSync(`${path}.new`, `${JSON.stringify(content, null, 2)}\n`)
  renameSync(`${path}.new`, path)
}

export function removeWorldFile(path: string): void {
  rmSync(path, { force: true })
}
