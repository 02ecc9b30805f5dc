/**
 * The task runtime and the authoring API as one module, bundled once per process and put into every task bundle: reading
 * the AWS SDK's 600 files again for every DAG took most of the time. It depends on the installed product only, and
 * both halves share one copy of `Dag`, so that the runtime recognises the DAGs of the file.
 */
import { build, type Plugin } from 'esbuild'
import { bundleOptions, productDir } from './esbuild-options.ts'

/** What the entry of a task bundle imports `taskHandler` from. */
export const runtimeSpecifier = 'stepdag-runtime'

const runtimeCode = once(async () => {
  const { outputFiles } = await build({
    ...bundleOptions(productDir),
    stdin: {
      contents: `export * from './dag-compiler/define.ts'\nexport { taskHandler } from './lambdas/task-runtime/index.ts'`,
      resolveDir: productDir,
      sourcefile: 'stepdag-runtime-entry.ts',
      loader: 'ts',
    },
    minifyWhitespace: true,
    // Names and `require` are the business of the bundle this becomes a part of.
    keepNames: false,
    banner: {},
  })
  return outputFiles[0]?.contents ?? new Uint8Array()
})

/** `stepdag` and the runtime, for a bundle that runs tasks. */
export const runtimeModule: Plugin = {
  name: 'stepdag-runtime',
  setup: ({ onResolve, onLoad }) => {
    const filter = new RegExp(`^(stepdag|${runtimeSpecifier})$`)
    onResolve({ filter }, () => ({ path: 'runtime.js', namespace: 'stepdag', sideEffects: false }))
    onLoad({ filter: /.*/, namespace: 'stepdag' }, async () => ({
      contents: await runtimeCode(),
      loader: 'js',
      resolveDir: productDir,
    }))
  },
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
