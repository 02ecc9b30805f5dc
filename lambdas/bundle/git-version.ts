/** Which commit a project is at, for `bundle_version`. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
const gitTimeoutMs = 10_000

/**
 * The commit's hash, with `+dirty` behind it when tracked or new files differ; null outside a git repository, before the
 * first commit, or without git.
 */
export async function gitVersion(projectDir: string): Promise<string | null> {
  const git = (...args: string[]) => run('git', args, { cwd: projectDir, timeout: gitTimeoutMs })
  try {
    const [commit, status] = await Promise.all([git('rev-parse', 'HEAD'), git('status', '--porcelain')])
    return `${commit.stdout.trim()}${status.stdout.trim() === '' ? '' : '+dirty'}`
  } catch {
    return null
  }
}
