/** Task bundles that earlier starts left on disk: executions that began on one of them go on with its code. */
import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { FunctionVersion } from '../lambda/function-version.ts'
import { taskFunction } from './deploy-dag.ts'

const manifest = z.object({ dagId: z.string(), codeHash: z.string() })

/** @param outDir `<outDir>/<folder>/<code hash>/`, as `bundleTask` writes it; what is not readable is left out */
export async function earlierVersions(
  outDir: string,
  environment: FunctionVersion['environment'],
): Promise<readonly FunctionVersion[]> {
  const folders = await subfolders(outDir)
  const bundles = (await Promise.all(folders.map(subfolders))).flat()
  return bundles.flatMap((directory) => {
    const found = readManifest(join(directory, 'manifest.json'))
    return found ? [taskFunction(found.dagId, { directory, codeHash: found.codeHash }, environment)] : []
  })
}

async function subfolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name))
}

function readManifest(path: string): z.infer<typeof manifest> | null {
  try {
    return manifest.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return null
  }
}
