/** One DAG of the project by its id, compiled here and now; the problems of other DAGs do not matter. */
import type { Problem } from '../../dag-compiler/index.ts'
import { compileProject } from '../../lambdas/bundle/index.ts'
import { didYouMean } from '../../run-model/index.ts'
import { printProblems } from '../cli-error.ts'
import { saying } from '../output/waiting.ts'
import { findPlaces } from '../places.ts'
import { dagNotFound } from '../problems.ts'
import type { PlaceOptions } from '../program.ts'
import type { Terminal } from '../terminal.ts'

export type LoadedDag = Awaited<ReturnType<typeof compileProject>>['dags'][number] & {
  /** Warnings about this DAG. */
  readonly problems: readonly Problem[]
}

/** @throws CliError when no file offers a DAG of this id that compiles; its errors are printed first. */
export async function loadDag(terminal: Terminal, dagId: string, options: PlaceOptions): Promise<LoadedDag> {
  const { projectDir, dagsPath } = findPlaces(terminal.cwd, options)
  const compiling = compileProject({ projectDir, path: dagsPath })
  const { dags, problems } = await saying(terminal, 'compiling', compiling)
  const dag = dags.find(({ compiled }) => compiled.dagId === dagId)
  if (dag) return { ...dag, problems: problems.filter(({ where }) => where.dag === dagId) }
  const errors = problems.filter(({ severity, where }) => severity === 'error' && (where.dag ?? dagId) === dagId)
  printProblems(terminal, errors)
  if (errors.length > 0) terminal.note('')
  const ids = dags.map(({ compiled }) => compiled.dagId)
  throw dagNotFound({ dagId, near: didYouMean(dagId, ids), isBroken: errors.length > 0 })
}
