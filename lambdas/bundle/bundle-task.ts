/**
 * A compiled DAG → the Lambda that runs its tasks: the DAG file, what it imports, the task runtime and the wiring of
 * exactly this plan, in one file. Same sources give the same bytes, so the hash of the code can name a version.
 */
import { join } from 'node:path'
import { build } from 'esbuild'
import type { ProjectDag, TaskBundle } from './bundle.ts'
import { bundleOptions, productDir } from './esbuild-options.ts'
import { runtimeModule, runtimeSpecifier } from './runtime-module.ts'
import { toManifest } from './to-manifest.ts'
import { writeBundle, writeWhole } from './write-bundle.ts'

export interface BundleTaskOptions {
  readonly projectDir: string
  /** The bundle's folder is `<outDir>/<DAG id>/<hash of the code>`. */
  readonly outDir: string
  /** Git commit, see `gitVersion`. */
  readonly bundleVersion: string | null
}

export async function bundleTask(dag: ProjectDag, options: BundleTaskOptions): Promise<TaskBundle> {
  const { projectDir, outDir, bundleVersion } = options
  const { dagId } = dag.compiled
  const { outputFiles } = await build({
    ...bundleOptions(projectDir),
    stdin: { contents: entryOf(dag), resolveDir: projectDir, sourcefile: 'stepdag-task-entry.ts', loader: 'ts' },
    plugins: [runtimeModule],
    minifyWhitespace: true,
  })
  const written = await writeBundle(join(outDir, folderName(dagId)), outputFiles[0]?.contents ?? new Uint8Array())
  const manifest = toManifest(dag, { codeHash: written.codeHash, bundleVersion })
  await writeWhole(join(written.directory, 'manifest.json'), JSON.stringify(manifest))
  return { ...written, dagId, operators: extraOf(dag).map(({ kind }) => kind), manifest }
}

/** Operators that bring a library of their own are in the bundle only when the DAG uses them. */
function entryOf(dag: ProjectDag): string {
  const { file, compiled } = dag
  const extra = extraOf(dag)
  const imports = extra.map(({ name, path }) => `import { ${name} } from ${JSON.stringify(join(productDir, path))}\n`)
  const table = extra.map(({ kind, name }) => `${kind}: ${name}`)
  return `${imports.join('')}import * as dagFile from ${JSON.stringify(file)}
import { taskHandler } from ${JSON.stringify(runtimeSpecifier)}
export const handler = taskHandler({
  dagFile,
  dagId: ${JSON.stringify(compiled.dagId)},
  wiring: ${JSON.stringify(compiled.wiring)},
  operators: { ${table.join(', ')} },
})`
}

/** `latest_only` reads cron expressions. */
const extraOperators = [
  { kind: 'latest_only', name: 'isLatestRun', path: 'lambdas/task-runtime/latest-only.ts' },
] as const

const extraOf = ({ compiled }: ProjectDag) =>
  extraOperators.filter(({ kind }) => compiled.graph.tasks.some(({ operator }) => operator === kind))

/** For people who look: the hash below makes it unique. `...` is a legal DAG id, and 250 letters are too long for a folder. */
const folderName = (dagId: string): string => dagId.replace(/[^\p{L}\p{N}_-]/gu, '_').slice(0, 60)
