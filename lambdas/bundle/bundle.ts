/** What `lambdas/bundle` makes: loaded and compiled DAG files, and bundles ready to be Lambdas in either world. */
import type { CompiledDag, Problem } from '../../dag-compiler/index.ts'
import type { DagManifest } from '../../run-model/index.ts'

/** One DAG file or a folder of them, loaded and compiled. One broken file or DAG never hides the others. */
export interface CompiledProject {
  readonly dags: readonly ProjectDag[]
  /** Every problem of every file, in stable order: by file, DAG, code, task. Warnings of `dags` are in it too. */
  readonly problems: readonly Problem[]
  /** Absolute paths of every source file that was read: the watch list. */
  readonly inputs: readonly string[]
}

export interface ProjectDag {
  /** Absolute path. */
  readonly file: string
  /** Path relative to the project folder, with `/`. */
  readonly relativeFile: string
  readonly source: string
  readonly compiled: CompiledDag
}

/** A Lambda's code: a folder with `index.mjs` that exports `handler`. */
export interface LambdaBundle {
  readonly directory: string
  /** SHA-256 of the code. */
  readonly codeHash: string
  readonly bytes: number
}

export interface TaskBundle extends LambdaBundle {
  readonly dagId: string
  /** Kinds of operators whose implementation is inside. */
  readonly operators: readonly string[]
  readonly manifest: DagManifest
}

export type PlatformFunction = 'launcher' | 'finalizer' | 'reconciler' | 'registrar' | 'api'
export type PlatformBundles = Readonly<Record<PlatformFunction, LambdaBundle>>
