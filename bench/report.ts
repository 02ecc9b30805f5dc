/** What was measured → files, with everything that is needed to repeat it. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** @returns the file's path */
export function writeReport(name: string, argv: readonly string[], content: object): string {
  const folder = join(root, 'bench/out')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${name}.json`)
  const facts = {
    command: `npm run bench -- ${argv.join(' ')}`,
    at: new Date().toISOString(),
    commit: commit(),
    node: process.version,
    cpus: availableParallelism(),
  }
  writeFileSync(file, `${JSON.stringify({ ...facts, ...content }, null, 2)}\n`)
  return file
}

/** Null outside a git working tree, and where there is no git. */
function commit(): string | null {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim()
  } catch {
    return null
  }
}
