/** Code → a folder with `index.mjs`, named by what it holds. Writing the same code again changes nothing. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LambdaBundle } from './bundle.ts'

const codeFile = 'index.mjs'

/** @param folder the bundle's folder is `<folder>/<hash of the code>`. */
export async function writeBundle(folder: string, code: Uint8Array): Promise<LambdaBundle> {
  const codeHash = createHash('sha256').update(code).digest('hex')
  const directory = join(folder, codeHash)
  await mkdir(directory, { recursive: true })
  await writeWhole(join(directory, codeFile), code)
  return { directory, codeHash, bytes: code.byteLength }
}

/** A reader, or a second writer, sees the old file or the new one, never a part: rename replaces in one step. */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${randomUUID()}`
  await writeFile(temporary, content)
  await rename(temporary, path)
}
