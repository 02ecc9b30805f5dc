/**
 * A DAG file → the definitions of its DAGs, or the problems that prevented it. The same kind of bundle that becomes a
 * task Lambda is built and imported twice; both loads must agree, because every task loads the file again.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type BuildFailure, build, type Metafile } from 'esbuild'
import type { DagDefinition, Problem } from '../../dag-compiler/index.ts'
import { bundleOptions } from './esbuild-options.ts'
import { buildProblems, type DagFilePlace, outcomeProblem, purityProblem } from './load-problems.ts'
import { defaultLoadTimeoutMs, runLoadWorker } from './run-load-worker.ts'

export interface LoadedFile {
  readonly definitions: readonly DagDefinition[]
  readonly problems: readonly Problem[]
  /** Absolute paths of the source files that were read, packages left out. */
  readonly inputs: readonly string[]
}

export interface LoadOptions {
  readonly projectDir: string
  /** @default 20 seconds */
  readonly timeoutMs?: number
}

/** Never rejects for a mistake of the author's. */
export async function loadDag(
  file: string,
  { projectDir, timeoutMs = defaultLoadTimeoutMs }: LoadOptions,
): Promise<LoadedFile> {
  const place = { projectDir, file }
  const built = await buildEntry(place)
  if ('problems' in built) return { definitions: [], ...built }
  // A file that never says `stepdag`, nor imports one that does, has no DAG: it is not even run.
  if (!usesStepdag(built.metafile))
    return { definitions: [], problems: [], inputs: inputsOf(built.metafile, projectDir) }
  const outcome = await withTemporaryFile(built.code, (url) => runLoadWorker(url, timeoutMs))
  const inputs = inputsOf(built.metafile, projectDir)
  if (outcome.kind !== 'loaded') return { definitions: [], problems: [outcomeProblem(outcome, place)], inputs }
  const impure = purityProblem(outcome.first, outcome.second, place)
  return impure ? { definitions: [], problems: [impure], inputs } : { definitions: outcome.first, problems: [], inputs }
}

type Built =
  | { readonly code: Uint8Array; readonly metafile: Metafile }
  | { readonly problems: readonly Problem[]; readonly inputs: readonly string[] }

async function buildEntry(place: DagFilePlace): Promise<Built> {
  const { projectDir, file } = place
  const contents = `import * as dagFile from ${JSON.stringify(file)}
import { findDags, readDag } from 'stepdag'
export const definitions = findDags(dagFile).map((dag) => readDag(dag).definition)`
  try {
    const { outputFiles, metafile } = await build({
      ...bundleOptions(projectDir),
      stdin: { contents, resolveDir: projectDir, sourcefile: entryName, loader: 'ts' },
      sourcemap: 'inline',
      // Sources are named relative to `outdir`, where nothing is written; `sourceRoot` makes them absolute again, so that
      // Node maps a stack to the author's file from wherever the bundle lies.
      outdir: projectDir,
      sourceRoot: `${pathToFileURL(projectDir).href}/`,
    })
    return { code: outputFiles[0]?.contents ?? new Uint8Array(), metafile }
  } catch (error) {
    if (!isBuildFailure(error)) throw error
    const places = error.errors.flatMap(({ location }) => (location ? [resolve(projectDir, location.file)] : []))
    return { problems: buildProblems(error, place), inputs: [...new Set([file, ...places])] }
  }
}

const entryName = 'stepdag-load-entry.ts'

const isBuildFailure = (error: unknown): error is BuildFailure => error instanceof Error && 'errors' in error

function usesStepdag({ inputs }: Metafile): boolean {
  return Object.entries(inputs).some(
    ([path, { imports }]) => path !== entryName && imports.some(({ original }) => original === 'stepdag'),
  )
}

function inputsOf({ inputs }: Metafile, projectDir: string): readonly string[] {
  return Object.keys(inputs)
    .filter((path) => path !== entryName && !path.split('/').includes('node_modules'))
    .map((path) => resolve(projectDir, path))
}

/** Own folder per load, removed afterwards: two loads at the same time never meet. */
async function withTemporaryFile<T>(code: Uint8Array, use: (url: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'stepdag-load-'))
  try {
    const path = join(folder, 'dag.mjs')
    await writeFile(path, code)
    return await use(pathToFileURL(path).href)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
