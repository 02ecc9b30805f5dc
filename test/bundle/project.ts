/** Projects in a folder of their own, made of texts. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface Project {
  readonly dir: string
  readonly remove: () => void
}

export function writeProject(files: Readonly<Record<string, string>>): Project {
  const dir = mkdtempSync(join(tmpdir(), 'stepdag-project-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), text)
  }
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) }
}

export const dagText = (dagId: string, rest = ''): string => `import { Dag } from 'stepdag'
export const dag = new Dag('${dagId}')
dag.empty('start')
${rest}`
