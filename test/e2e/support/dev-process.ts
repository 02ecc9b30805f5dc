/** `stepdag dev` as a process of its own, to be killed without mercy. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { readWorldFile } from '../../../local/index.ts'
import { eventually } from '../../local/support/eventually.ts'
import type { TestProject } from './project.ts'

const command = fileURLToPath(new URL('../../../cli/stepdag.mjs', import.meta.url))

export interface DevProcess {
  readonly apiUrl: string
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>
}

export async function startDev(
  project: TestProject,
  environment: Readonly<Record<string, string>> = {},
): Promise<DevProcess> {
  const place = ['--dags', project.dagsDir, '--state-dir', project.stateDir]
  const child = spawn(process.execPath, [command, 'dev', ...place, '--port', '0'], {
    cwd: project.projectDir,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const said = { text: '' }
  child.stderr.on('data', (chunk: Buffer) => {
    said.text += chunk.toString()
  })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const world = await eventually(
    () => ownWorld(project, child, said),
    (found) => found !== null,
    60_000,
  )
  return {
    apiUrl: world?.apiUrl ?? '',
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
  }
}

function ownWorld(project: TestProject, child: ChildProcess, said: { readonly text: string }) {
  if (child.exitCode !== null) throw new Error(`stepdag dev ended with ${child.exitCode}: ${said.text}`)
  const world = readWorldFile(project.stateDir)
  return world?.pid === child.pid ? world : null
}
