/**
 * The platform's bundles, made anew only when the product's own sources changed: they are the same for every project, so
 * a second start takes them from disk.
 */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { bundlePlatform, type PlatformBundles } from '../../lambdas/bundle/index.ts'
import { sha256 } from '../settings.ts'

const bundle = z.object({ directory: z.string(), codeHash: z.string(), bytes: z.number() })
const cacheFile = z.object({
  /** Digest over names, sizes and times of the sources. */
  sources: z.string(),
  bundles: z.object({ launcher: bundle, finalizer: bundle, reconciler: bundle, registrar: bundle, api: bundle }),
})

const productDir = fileURLToPath(new URL('../..', import.meta.url))
const sourceFolders = ['lambdas', 'run-model', 'dag-compiler']

/** @param outDir as for `bundlePlatform`; the cache file lies in it */
export async function platformBundles(outDir: string): Promise<PlatformBundles> {
  const file = join(outDir, 'bundles.json')
  const sources = await fingerprint()
  const cached = readCache(file)
  if (cached?.sources === sources && Object.values(cached.bundles).every(isWhole)) return cached.bundles
  const bundles = await bundlePlatform({ outDir })
  await mkdir(outDir, { recursive: true })
  await writeFile(file, JSON.stringify({ sources, bundles }))
  return bundles
}

/** Null for a file that is not there or not ours: then everything is bundled again. */
function readCache(file: string): z.infer<typeof cacheFile> | null {
  try {
    return cacheFile.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return null
  }
}

function isWhole({ directory, bytes }: z.infer<typeof bundle>): boolean {
  return statSync(join(directory, 'index.mjs'), { throwIfNoEntry: false })?.size === bytes
}

async function fingerprint(): Promise<string> {
  const listed = await Promise.all(sourceFolders.map((folder) => describeFolder(join(productDir, folder))))
  // Which packages are installed shows in the lockfile that npm keeps beside them.
  const installed = join(productDir, 'node_modules', '.package-lock.json')
  const packages = existsSync(installed) ? describeFile(installed, statSync(installed)) : 'elsewhere'
  return sha256([...listed.flat().sort(), packages].join('\n'))
}

async function describeFolder(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const described = entries.map(async (entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? describeFolder(path) : [describeFile(path, await stat(path))]
  })
  return (await Promise.all(described)).flat()
}

const describeFile = (path: string, { size, mtimeMs }: { size: number; mtimeMs: number }) =>
  `${path} ${size} ${mtimeMs}`
