/** `stepdag check`: every problem of DAG files and every piece of advice; exits 1 when something would not deploy. */
import { resolve } from 'node:path'
import { reportOf } from '../../dag-compiler/index.ts'
import { compileProject } from '../../lambdas/bundle/index.ts'
import { printProblems } from '../cli-error.ts'
import { saying } from '../output/waiting.ts'
import { findProjectDir } from '../places.ts'
import type { OutputOptions } from '../program.ts'
import type { Terminal } from '../terminal.ts'

export async function check(terminal: Terminal, path: string, { json }: OutputOptions): Promise<number> {
  const projectDir = findProjectDir(terminal.cwd)
  const compiling = compileProject({ projectDir, path: resolve(terminal.cwd, path) })
  const { dags, problems } = await saying(terminal, `checking ${path}`, compiling)
  const advice = dags.flatMap(({ compiled, relativeFile }) =>
    reportOf(compiled, null).advice.map((each) => ({ ...each, where: { file: relativeFile, ...each.where } })),
  )
  const all = [...problems, ...advice]
  if (json) for (const problem of all) terminal.print(JSON.stringify(problem))
  else printProblems(terminal, all)
  const count = (severity: string) => all.filter((problem) => problem.severity === severity).length
  if (!json) {
    if (all.length > 0) terminal.note('')
    const found = `${count('error')} errors, ${count('warning')} warnings, ${count('advice')} pieces of advice`
    terminal.print(`${dags.length} DAGs compile: ${found}`)
  }
  return count('error') > 0 ? 1 : 0
}
