/** The platform's own Lambdas → one folder each. They are the same for every project. */
import { basename, join } from 'node:path'
import { build } from 'esbuild'
import type { PlatformBundles, PlatformFunction } from './bundle.ts'
import { bundleOptions, productDir, productFile } from './esbuild-options.ts'
import { writeBundle } from './write-bundle.ts'

const functions: readonly PlatformFunction[] = ['launcher', 'finalizer', 'reconciler', 'registrar', 'api']

/**
 * One call of esbuild, which reads the AWS SDK once for all of them.
 *
 * @param outDir the folder of a function is `<outDir>/<function>/<hash of the code>`.
 */
export async function bundlePlatform({ outDir }: { readonly outDir: string }): Promise<PlatformBundles> {
  const { outputFiles } = await build({
    ...bundleOptions(productDir),
    entryPoints: functions.map((name) => ({ in: productFile(`lambdas/${name}/handler.ts`), out: name })),
    // Names the outputs; nothing is written there.
    outdir: productDir,
    minifyWhitespace: true,
  })
  const code = new Map(outputFiles.map(({ path, contents }) => [basename(path, '.js'), contents]))
  const bundles = functions.map(async (name) => {
    return [name, await writeBundle(join(outDir, name), code.get(name) ?? new Uint8Array())] as const
  })
  // `functions` lists every PlatformFunction, so every key is there.
  return Object.fromEntries(await Promise.all(bundles)) as PlatformBundles
}
