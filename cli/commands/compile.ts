/**
 * `stepdag compile`: DAG files → machines and their numbers. Every DAG that can be compiled is, whatever is wrong with
 * the others; the exit code is 1 when anything was.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { DagNumbers, Problem } from '../../dag-compiler/index.ts'
import { compileProject } from '../../lambdas/bundle/index.ts'
import { printProblems } from '../cli-error.ts'
import { renderTable } from '../output/table.ts'
import { saying } from '../output/waiting.ts'
import { findProjectDir } from '../places.ts'
import { outNotWritable } from '../problems.ts'
import type { OutputOptions } from '../program.ts'
import type { Terminal } from '../terminal.ts'

type CompiledProject = Awaited<ReturnType<typeof compileProject>>

/** One line of `--json`. The numbers are null for a DAG with errors, `dagId` is null for a file that did not load. */
type CompileRow = { readonly dagId: string | null } & { readonly [name in keyof RowNumbers]: number | null } & {
  readonly problems: readonly Problem[]
}

type RowNumbers = Omit<DagNumbers, 'gatedTasks' | 'worstCaseEvents' | 'lambdaRequests' | 'maps' | 'stateDataBytes'>

const noNumbers = {
  tasks: null,
  edges: null,
  parallels: null,
  gates: null,
  transitions: null,
  events: null,
  definitionBytes: null,
}

export async function compile(
  terminal: Terminal,
  path: string,
  { out, json }: OutputOptions & { readonly out?: string },
): Promise<number> {
  const compiling = compileProject({ projectDir: findProjectDir(terminal.cwd), path: resolve(terminal.cwd, path) })
  const project = await saying(terminal, `compiling ${path}`, compiling)
  const rows = buildRows(project)
  if (rows.length === 0)
    terminal.note(`no DAG in ${path}: its TypeScript files offer none (export const dag = new Dag('…'))`)
  else if (json) for (const row of rows) terminal.print(JSON.stringify(row))
  else terminal.print(renderRows(terminal, rows))
  if (!json && project.problems.length > 0) terminal.note('')
  printProblems(terminal, project.problems)
  if (out !== undefined) {
    await writeDefinitions(terminal, resolve(terminal.cwd, out), project).catch((error: NodeJS.ErrnoException) => {
      throw outNotWritable({ given: out, reason: error.code ?? error.message })
    })
  }
  return project.problems.some(({ severity }) => severity === 'error') ? 1 : 0
}

/** Compiled DAGs first, then DAGs with errors, then files without a DAG to name. */
function buildRows({ dags, problems }: CompiledProject): readonly CompileRow[] {
  const compiled = dags.map(({ compiled: { dagId, numbers }, relativeFile }) => ({
    dagId,
    ...readNumbers(numbers),
    problems: problems.filter(({ where }) => where.dag === dagId && (where.file ?? relativeFile) === relativeFile),
  }))
  const told = new Set(compiled.flatMap((row) => row.problems))
  const broken = new Map<string, CompileRow>()
  for (const problem of problems.filter((candidate) => !told.has(candidate))) {
    const { file, dag } = problem.where
    const place = JSON.stringify([dag === undefined, dag, file])
    const row = broken.get(place) ?? { dagId: dag ?? null, ...noNumbers, problems: [] }
    broken.set(place, { ...row, problems: [...row.problems, problem] })
  }
  const places = [...broken.keys()].sort()
  return [...compiled, ...places.flatMap((place) => broken.get(place) ?? [])]
}

/** In the order in which people read them; later numbers of the compiler are not part of this contract. */
function readNumbers(numbers: DagNumbers): RowNumbers {
  const { tasks, edges, parallels, gates, transitions, events, definitionBytes } = numbers
  return { tasks, edges, parallels, gates, transitions, events, definitionBytes }
}

const titles = ['DAG', 'tasks', 'edges', 'parallels', 'gates', 'transitions', 'events', 'bytes', 'problems']

function renderRows(terminal: Terminal, rows: readonly CompileRow[]): string {
  const cells = rows.map(({ dagId, problems, ...numbers }) => [
    dagId ?? problems[0]?.where.file ?? '?',
    ...Object.values(numbers).map((number) => (number === null ? '-' : String(number))),
    problems.length === 0 ? '-' : String(problems.length),
  ])
  return renderTable(terminal, titles, cells)
}

/** Exactly the bytes that are deployed; `definitionBytes` counts them. */
async function writeDefinitions(terminal: Terminal, folder: string, { dags }: CompiledProject): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const { compiled } of dags) {
    await writeFile(join(folder, `${compiled.dagId}.asl.json`), compiled.definitionText)
  }
  terminal.note(`${dags.length} definitions written to ${folder}`)
}
