/** How esbuild makes every bundle of the product: one ESM file that needs nothing but Node. */
import { fileURLToPath } from 'node:url'
import type { BuildOptions, Plugin } from 'esbuild'

/** The folder that holds `dag-compiler/` and `lambdas/`. */
export const productDir = fileURLToPath(new URL('../..', import.meta.url))

/** Absolute path of a product file, for the text of an import statement. */
export const productFile = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/**
 * Packages written as CommonJS call `require` for Node's own modules; an ESM bundle has none unless it makes one. The
 * name cannot meet an import of the author's.
 */
const requireBanner =
  "import { createRequire as stepdagCreateRequire } from 'node:module'; const require = stepdagCreateRequire(import.meta.url);"

/**
 * `import 'stepdag'` means these very sources, wherever the DAG file is: a second copy of `Dag` in one bundle would not
 * recognise the first one's DAGs.
 */
const ownSources: Plugin = {
  name: 'stepdag',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^stepdag$/ }, () => ({ path: productFile('dag-compiler/define.ts'), sideEffects: false })),
}

/**
 * Paths in the output are relative to `workingDir`, so that two checkouts give the same bytes.
 *
 * - `keepNames`: a task's id may be its function's name.
 * - `mainFields`: the AWS SDK's ES modules come apart into what is used, its CommonJS does not (1.2 or 1.5 MB).
 * - `target` is the lowest Node that runs the bundle; AWS runs a newer one.
 */
export function bundleOptions(workingDir: string) {
  return {
    absWorkingDir: workingDir,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['stepdag-source'],
    mainFields: ['module', 'main'],
    keepNames: true,
    legalComments: 'none',
    charset: 'utf8',
    banner: { js: requireBanner },
    plugins: [ownSources],
    logLevel: 'silent',
    metafile: true,
    write: false,
  } as const satisfies BuildOptions
}
