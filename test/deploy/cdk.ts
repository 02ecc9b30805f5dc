/** The CDK command, pinned by the lockfile, as an author runs it. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** @throws Error with everything the command printed when it fails. */
export async function cdk(
  environment: Readonly<Record<string, string>>,
  outDir: string,
  ...args: string[]
): Promise<string> {
  const command = ['cdk', ...args, '--ci', '--output', outDir, '-c', 'data=destroy']
  try {
    const { stdout } = await run('npx', command, {
      env: { ...process.env, ...environment, CDK_DISABLE_VERSION_CHECK: 'true' },
      maxBuffer: 64 * 1024 * 1024,
      timeout: 240_000,
    })
    return stdout
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string } // execFile attaches what was printed
    throw new Error(`npx ${command.join(' ')} failed\n${stdout ?? ''}\n${stderr ?? ''}`, { cause: error })
  }
}
