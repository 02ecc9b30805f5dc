/**
 * A DAG file or a folder of them → every DAG that compiles and every problem of the others. One broken file or DAG never
 * hides the rest, and the result has the same order on every machine.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import {
  compile,
  type DagDefinition,
  duplicateDag,
  fileDoesNotLoad,
  fileWithoutDag,
  type Problem,
  pathNotFound,
} from '../../dag-compiler/index.ts'
import type { CompiledProject, ProjectDag } from './bundle.ts'
import { findDagFiles } from './find-dag-files.ts'
import { type LoadedFile, loadDag } from './load-dag.ts'
import { relativePath } from './load-problems.ts'

export interface CompileProjectOptions {
  /** Folder that paths in records and problems are relative to. */
  readonly projectDir: string
  /** File or folder, absolute or relative to `projectDir`. */
  readonly path: string
  /** Time a file may take to load. @default 20 seconds */
  readonly loadTimeoutMs?: number
}

export async function compileProject(options: CompileProjectOptions): Promise<CompiledProject> {
  const projectDir = resolve(options.projectDir)
  const path = resolve(projectDir, options.path)
  const found = await findDagFiles(path)
  if (found.kind === 'missing') {
    return {
      dags: [],
      problems: [pathNotFound({ path: relativePath(projectDir, path), near: found.near })],
      inputs: [],
    }
  }
  const loaded = await mapLimited(found.files, filesAtOnce, (file) =>
    loadFile(file, projectDir, options.loadTimeoutMs, found.kind === 'file'),
  )
  const { unique, problems: duplicates } = dropDuplicates(loaded.flatMap(({ dags }) => dags))
  const compiled = unique.map((dag) => compileDag(dag))
  return {
    dags: compiled.flatMap(({ dag }) => (dag ? [dag] : [])),
    problems: [
      ...loaded.flatMap(({ problems }) => problems),
      ...duplicates,
      ...compiled.flatMap(({ problems }) => problems),
    ].toSorted(byPlace),
    inputs: [...new Set(loaded.flatMap(({ inputs }) => inputs))].toSorted(),
  }
}

/** A worker thread per file needs about 30 MB. */
const filesAtOnce = 4

interface FoundDag {
  readonly definition: DagDefinition
  readonly file: string
  readonly relativeFile: string
  readonly source: string
}

interface FoundFile {
  readonly dags: readonly FoundDag[]
  readonly problems: readonly Problem[]
  readonly inputs: readonly string[]
}

async function loadFile(
  file: string,
  projectDir: string,
  timeoutMs: number | undefined,
  isNamed: boolean,
): Promise<FoundFile> {
  const relativeFile = relativePath(projectDir, file)
  if (isNamed && !/\.[cm]?[jt]sx?$/.test(file)) return { dags: [], problems: [notCode(relativeFile)], inputs: [file] }
  const read = await readFile(file, 'utf8').catch((error: Error) => error)
  if (read instanceof Error) return { dags: [], problems: [unreadable(relativeFile, read)], inputs: [file] }
  const loaded = await loadDag(file, { projectDir, ...(timeoutMs !== undefined && { timeoutMs }) })
  return {
    dags: loaded.definitions.map((definition) => ({ definition, file, relativeFile, source: read })),
    problems: [...loaded.problems, ...missingDag(loaded, { source: read, relativeFile, isNamed })],
    inputs: loaded.inputs,
  }
}

/** In a folder, files beside the DAGs are ordinary; one that makes a DAG and does not offer it is a mistake. */
function missingDag(
  { definitions, problems }: LoadedFile,
  {
    source,
    relativeFile,
    isNamed,
  }: { readonly source: string; readonly relativeFile: string; readonly isNamed: boolean },
): readonly Problem[] {
  if (definitions.length > 0 || problems.length > 0) return []
  return isNamed || /\bnew\s+Dag\s*\(/.test(source) ? [fileWithoutDag({ file: relativeFile })] : []
}

/** Which of two DAGs under one id is meant is not ours to guess: none of them is compiled. */
function dropDuplicates(dags: readonly FoundDag[]): {
  readonly unique: readonly FoundDag[]
  readonly problems: readonly Problem[]
} {
  const files = new Map<string, string[]>()
  for (const { definition, relativeFile } of dags) {
    files.set(definition.dagId, [...(files.get(definition.dagId) ?? []), relativeFile])
  }
  const repeated = [...files].filter(([, places]) => places.length > 1)
  return {
    unique: dags.filter(({ definition }) => files.get(definition.dagId)?.length === 1),
    problems: repeated.map(([dag, places]) => duplicateDag({ dag, files: places })),
  }
}

function compileDag({ definition, file, relativeFile, source }: FoundDag): {
  readonly dag: ProjectDag | null
  readonly problems: readonly Problem[]
} {
  const { dag: compiled, problems } = compile(definition, { file: relativeFile, sha256 })
  return { dag: compiled && { file, relativeFile, source, compiled }, problems }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

function notCode(file: string): Problem {
  return fileDoesNotLoad({
    file,
    what: `${file} is not a TypeScript file`,
    why: 'a DAG is written in TypeScript, and the name of its file ends in .ts',
    fix: 'give the path of a DAG file, or of a folder of them',
  })
}

function unreadable(file: string, { message }: Error): Problem {
  return fileDoesNotLoad({
    file,
    what: message,
    why: 'the file could not be read',
    fix: 'check that it exists and that you may read it',
  })
}

function byPlace(a: Problem, b: Problem): number {
  const key = ({ where, code }: Problem) => [
    where.file ?? '',
    where.dag ?? '',
    code,
    where.task ?? '',
    String(where.line ?? ''),
  ]
  const [left, right] = [key(a), key(b)]
  const at = left.findIndex((part, index) => part !== right[index])
  return at < 0 ? 0 : (left[at] ?? '') < (right[at] ?? '') ? -1 : 1
}

/** Results in the order of `items`, with at most `limit` in progress. */
async function mapLimited<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = []
  const queue = items.entries()
  const takeNext = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: limit }, takeNext))
  return results
}
