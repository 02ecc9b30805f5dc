/** A path → the files that may hold DAGs: the file itself, or every TypeScript file below a folder, in a stable order. */
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { didYouMean } from '../../run-model/index.ts'

export type FoundFiles =
  | { readonly kind: 'file' | 'folder'; readonly files: readonly string[] }
  | { readonly kind: 'missing'; readonly near: string | null }

/** @param path absolute. */
export async function findDagFiles(path: string): Promise<FoundFiles> {
  const found = await stat(path).catch(() => null)
  if (!found) return { kind: 'missing', near: await findNear(path) }
  if (!found.isDirectory()) return { kind: 'file', files: [path] }
  return { kind: 'folder', files: (await listFolder(path)).toSorted() }
}

async function listFolder(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const found = await Promise.all(
    entries.map((entry) => {
      if (entry.isDirectory()) return isSkipped(entry.name) ? [] : listFolder(join(folder, entry.name))
      return isSource(entry.name) ? [join(folder, entry.name)] : []
    }),
  )
  return found.flat()
}

const isSkipped = (folder: string): boolean => folder === 'node_modules' || folder.startsWith('.')

const isSource = (name: string): boolean => /\.m?ts$/.test(name) && !/\.(d|test|spec)\.m?ts$/.test(name)

async function findNear(path: string): Promise<string | null> {
  const names = await readdir(dirname(path)).catch((): string[] => [])
  return didYouMean(basename(path), names)
}
