/** What goes wrong on a command line, as a problem with an exit code. Anything else that is thrown is a bug of ours. */
import { existsSync } from 'node:fs'
import { type Problem, renderProblem } from '../dag-compiler/index.ts'
import type { Terminal } from './terminal.ts'

export class CliError extends Error {
  override readonly name = 'CliError'
  readonly problem: Problem
  readonly exitCode: 1 | 2
  /** Shown below the problem: the user's text with a pointer under it. */
  readonly excerpt: string | null

  constructor(problem: Problem, { exitCode = 1, excerpt = null }: { exitCode?: 1 | 2; excerpt?: string | null } = {}) {
    super(problem.what)
    this.problem = problem
    this.exitCode = exitCode
    this.excerpt = excerpt
  }
}

/** Prints what was thrown and answers the exit code. */
export function renderCliError(terminal: Terminal, error: unknown): number {
  const problem = problemOf(error)
  if (!problem) {
    terminal.note(error instanceof Error ? (error.stack ?? error.message) : String(error))
    terminal.note('This is a bug in stepdag. Please report it with the lines above.')
    return 1
  }
  printProblem(terminal, problem)
  if (error instanceof CliError && error.excerpt) terminal.note(`\n${error.excerpt}`)
  return error instanceof CliError ? error.exitCode : 1
}

/** All problems, in the order given, with an empty line between. */
export function printProblems(terminal: Terminal, problems: readonly Problem[]): void {
  problems.forEach((problem, index) => {
    if (index > 0) terminal.note('')
    printProblem(terminal, problem)
  })
}

const colours = { error: 'red', warning: 'yellow', advice: 'cyan' } as const

function printProblem(terminal: Terminal, problem: Problem): void {
  // Problems of DAGs have a page; those of a command line and of requests do not.
  const hasPage = existsSync(new URL(`../docs/problems/${problem.code}.md`, import.meta.url))
  const [what = '', ...rest] = renderProblem(problem)
    .split('\n')
    .filter((line) => hasPage || !line.startsWith('  more '))
  terminal.note([terminal.paintNote(colours[problem.severity], what), ...rest].join('\n'))
}

/** True when `error` carries a problem with this code: ours, the API's refusal, or the world's. */
export function hasCode(error: unknown, code: string): boolean {
  return problemOf(error)?.code === code
}

/** Recognised by shape: the world's own errors (`WorldProblem`) carry a problem too. */
function problemOf(error: unknown): Problem | null {
  if (!(error instanceof Error) || !('problem' in error)) return null
  if (error.name !== 'CliError' && error.name !== 'WorldProblem') return null
  // Both classes declare the field with this type.
  return error.problem as Problem
}
