/** Cases of problems: a folder per code with the file that has the problem and the whole rendered text. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Problem, renderProblem, reportOf } from '../../../dag-compiler/index.ts'
import { compileProject } from '../../../lambdas/bundle/index.ts'

const folder = fileURLToPath(new URL('..', import.meta.url))

/** A definition beyond one limit may be beyond another too. */
const companions: Readonly<Record<string, readonly string[]>> = { 'history-too-long': ['definition-too-large'] }

export interface ProblemCase {
  readonly code: string
  /** Absolute path of `problem.txt`. */
  readonly expectedFile: string
  /** What an author would see. */
  readonly text: string
  readonly problems: readonly Problem[]
  /** Codes of further errors that the case should not have. */
  readonly strays: readonly string[]
  /** Path inside the case → text. */
  readonly sources: readonly (readonly [path: string, text: string])[]
}

export const caseCodes: readonly string[] = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'support')
  .map(({ name }) => name)
  .toSorted()

export async function runCase(code: string): Promise<ProblemCase> {
  const projectDir = join(folder, code)
  const path = existsSync(join(projectDir, 'dags')) ? 'dags' : 'dag.ts'
  const project = await compileProject({ projectDir, path })
  const advice = project.dags.flatMap(({ compiled }) => reportOf(compiled, null).advice)
  const found = [...project.problems, ...advice]
  const problems = found.filter((problem) => problem.code === code)
  const allowed = [code, ...(companions[code] ?? [])]
  return {
    code,
    expectedFile: join(projectDir, 'problem.txt'),
    text: `${problems.map(renderProblem).join('\n\n')}\n`,
    problems,
    strays: found.filter((problem) => problem.severity === 'error' && !allowed.includes(problem.code)).map((problem) => problem.code),
    sources: sourcesOf(projectDir),
  }
}

function sourcesOf(projectDir: string): readonly (readonly [string, string])[] {
  return readdirSync(projectDir, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .toSorted()
    .map((path) => [path, readFileSync(join(projectDir, path), 'utf8')])
}
