/** The platform's own Lambdas → one folder each. They are the same for every project. */
import { join } from 'node:path'
import { build } from 'esbuild'
import type { LambdaBundle, PlatformBundles, PlatformFunction } from './bundle.ts'
import { bundleOptions, productDir, productFile } from './esbuild-options.ts'
import { writeBundle } from './write-bundle.ts'

const functions: readonly PlatformFunction[] = ['launcher', 'finalizer', 'reconciler', 'registrar', 'api']

/** @param outDir the folder of a function is `<outDir>/<function>/<hash of the code>`. */
export async function bundlePlatform({ outDir }: { readonly outDir: string }): Promise<PlatformBundles> {
  const bundles = await Promise.all(functions.map(async (name) => [name, await bundleFunction(name, outDir)] as const))
  // `functions` lists every PlatformFunction, so every key is there.
  return Object.fromEntries(bundles) as PlatformBundles
}

async function bundleFunction(name: PlatformFunction, outDir: string): Promise<LambdaBundle> {
  const { outputFiles } = await build({
    ...bundleOptions(productDir),
    entryPoints: [productFile(`lambdas/${name}/handler.ts`)],
    minifyWhitespace: true,
  })
  return writeBundle(join(outDir, name), outputFiles[0]?.contents ?? new Uint8Array())
}
